import { matchingControl } from "../lib/matching-control.js";
import { idOf } from "../message/row.js";

/** A page of 50 comes on top of them before others are removed. */
const MOST = 300;

/**
 * The rows of one thread in their `<ol>`: stored messages in the order of their ids without a gap, then pending ones.
 * A pending row and its stored message have the same DOM id, the client_id, so the one that arrives last replaces the
 * other.
 */
export class MessageRows {
  #list;
  /** Id of the newest message up to which there is no gap; Infinity where nothing newer is missing. */
  #ceiling;
  /** Id of the oldest message that was loaded, below which rows may be missing; 0 where there was none. */
  #floor;

  /** `complete`: the rows reach the newest message. */
  constructor(list, { complete }) {
    this.#list = list;
    this.#ceiling = complete ? Infinity : idOf(this.stored.at(-1));
    this.#floor = idOf(this.stored[0]);
  }

  /** The rows reach the newest message. */
  get complete() {
    return this.#ceiling === Infinity;
  }

  get all() {
    return [...this.#list.children].filter((row) => row.classList.contains("message"));
  }

  get stored() {
    return this.all.filter((row) => row.dataset.messageId);
  }

  get oldestId() {
    return idOf(this.stored[0]) || Infinity;
  }

  /** Id of the newest message before any gap. */
  get newestId() {
    return this.complete ? idOf(this.stored.at(-1)) : this.#ceiling;
  }

  /** This message is shown as it was at this `seq`, or later. */
  shows(messageId, seq) {
    return Number(this.withId(messageId)?.dataset.seq) >= seq;
  }

  withId(messageId) {
    return this.stored.find((row) => idOf(row) === Number(messageId)) ?? null;
  }

  byId(domId) {
    return this.#list.querySelector(`#${CSS.escape(domId)}`);
  }

  // Actions

  /** Add or replace rows; returns those that are new here. Rows beyond a gap are left out. */
  merge(rows) {
    const near = rows.filter((row) => idOf(row) <= this.#ceiling && (idOf(row) >= this.#floor || this.byId(row.id)));
    return near.filter((row) => this.#put(row));
  }

  /** Add older messages, in order, before all others. */
  prepend(rows) {
    const known = new Set(this.stored.map(idOf));
    const fresh = rows.filter((row) => !known.has(idOf(row)));
    this.#list.prepend(...fresh);
    this.#floor = idOf(this.stored[0]);
    return fresh;
  }

  /** Add the messages that follow; `complete`: nothing newer is missing after them. */
  extend(rows, { complete }) {
    this.#ceiling = complete ? Infinity : idOf(rows.at(-1));
    this.merge(rows);
  }

  /** Replace all stored rows by the newest messages. */
  restart(rows) {
    this.stored.forEach((row) => row.remove());
    this.#floor = idOf(rows[0]);
    this.extend(rows, { complete: true });
  }

  /** Add a pending row, which stays last. */
  append(row) {
    if (!this.byId(row.id)) this.#list.append(row);
  }

  /**
   * Remove what is too much, at the end that is farther from this row: "oldest" or "newest", null where nothing was.
   * Removed rows are loaded again when scrolled to.
   */
  fit(around) {
    const { stored } = this;
    if (stored.length <= MOST) return null;
    const end = stored.indexOf(around) > stored.length / 2 ? "oldest" : "newest";
    const surplus = end === "oldest" ? stored.slice(0, -MOST) : stored.slice(MOST);
    surplus.forEach((row) => row.remove());
    if (end === "oldest") this.#floor = idOf(this.stored[0]);
    else this.#ceiling = idOf(this.stored.at(-1));
    return end;
  }

  // Internal

  /** True when the row is new here, and not a replacement. */
  #put(row) {
    const present = this.#sameAs(row);
    if (present) return this.#replace(present, row);
    // The other person could send a client_id of mine: such a row must not replace my message.
    if (this.byId(row.id)) row.id += `-${idOf(row)}`;
    this.#insert(row);
    return true;
  }

  #insert(row) {
    const { all } = this;
    const before = all.findLastIndex((other) => other.dataset.messageId && idOf(other) < idOf(row));
    this.#list.insertBefore(row, all[before + 1] ?? null);
  }

  #sameAs(row) {
    const stored = this.withId(idOf(row));
    if (stored) return stored;
    const pending = this.byId(row.id);
    return pending?.dataset.senderRole === row.dataset.senderRole ? pending : null;
  }

  #replace(present, row) {
    if (this.shows(idOf(row), Number(row.dataset.seq))) return false;
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
