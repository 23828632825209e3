import { matchingControl } from "../lib/matching-control.js";
import { idOf } from "../message/row.js";

const MOST = 400;

/**
 * The rows of one thread inside their `<ol>`: those of the server in the order of their ids without a gap, then those still on
 * their way. A pending row and its message share one DOM id, made from the client_id, so that whichever arrives last replaces
 * the other.
 */
export class MessageRows {
  #list;
  /** The newest message that follows ours without a gap; Infinity where nothing newer is missing. */
  #ceiling;

  /** `complete`: they reach the newest message. */
  constructor(list, { complete }) {
    this.#list = list;
    this.#ceiling = complete ? Infinity : idOf(this.stored.at(-1));
  }

  /** They reach the newest message. */
  get complete() {
    return this.#ceiling === Infinity;
  }

  get all() {
    return [...this.#list.querySelectorAll(":scope > .message")];
  }

  get stored() {
    return [...this.#list.querySelectorAll(":scope > .message[data-message-id]")];
  }

  get oldestId() {
    return idOf(this.stored[0]) || Infinity;
  }

  /** Of those without a gap. */
  get newestId() {
    return this.complete ? idOf(this.stored.at(-1)) : this.#ceiling;
  }

  has(messageId) {
    return Boolean(this.withId(messageId));
  }

  withId(messageId) {
    return this.#list.querySelector(`:scope > [data-message-id="${messageId}"]`);
  }

  byId(domId) {
    return this.#list.querySelector(`#${CSS.escape(domId)}`);
  }

  // Actions

  /** Take the present state of some messages; returns the rows that were not here before. What lies beyond a gap is left. */
  merge(rows) {
    const floor = this.stored.length ? this.oldestId : 0;
    const near = rows.filter((row) => idOf(row) <= this.#ceiling && (idOf(row) >= floor || this.byId(row.id)));
    return near.filter((row) => this.#put(row));
  }

  /** Older messages, in order, go before all others. */
  prepend(rows) {
    const known = new Set(this.stored.map(idOf));
    const fresh = rows.filter((row) => !known.has(idOf(row)));
    this.#list.prepend(...fresh);
    return fresh;
  }

  /** The messages that follow ours; `complete`: nothing newer is missing then. */
  extend(rows, { complete }) {
    this.#ceiling = complete ? Infinity : idOf(rows.at(-1));
    this.merge(rows);
  }

  /** The newest messages, in the place of all that is shown. */
  restart(rows) {
    this.stored.forEach((row) => row.remove());
    this.extend(rows, { complete: true });
  }

  /** A row without a message id yet; stays last. */
  append(row) {
    if (!this.byId(row.id)) this.#list.append(row);
  }

  get tooMany() {
    return this.stored.length > MOST;
  }

  /** Forget the oldest rows, down to half of what a page can carry. */
  trim() {
    this.stored.slice(0, -MOST / 2).forEach((row) => row.remove());
  }

  // Internal

  /** True when the row is new here. */
  #put(row) {
    const present = this.#sameAs(row);
    if (present) return this.#replace(present, row);
    // The other person could send with a client_id of mine: such a row must not take the place of my words.
    if (this.byId(row.id)) row.id += `-${idOf(row)}`;
    this.#insert(row);
    return true;
  }

  #insert(row) {
    const next = this.all.find((other) => !other.dataset.messageId || idOf(other) > idOf(row));
    this.#list.insertBefore(row, next ?? null);
  }

  #sameAs(row) {
    const stored = this.#list.querySelector(`:scope > [data-message-id="${idOf(row)}"]`);
    if (stored) return stored;
    const pending = this.byId(row.id);
    return pending?.dataset.senderRole === row.dataset.senderRole ? pending : null;
  }

  #replace(present, row) {
    if (present.dataset.messageId && present.dataset.seq === row.dataset.seq) return false;
    const focused = present.contains(document.activeElement) ? document.activeElement : null;
    row.id = present.id;
    if (present.dataset.messageId) {
      present.replaceWith(row);
    } else {
      present.remove();
      this.#insert(row);
    }
    if (focused) (matchingControl(focused, row) ?? row).focus({ preventScroll: true });
    return false;
  }
}
