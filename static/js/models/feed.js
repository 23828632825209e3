import { Cursor } from "./cursor.js";
import { History } from "./history.js";
import { ThreadSource } from "./thread-source.js";

/**
 * Brings the rows of one conversation: what changed since the cursor, and what lies before the oldest one shown.
 * `onReads(reads)` gets both sides' watermarks, `onCanReply(canReply)` whether one may write, `onDraft(draft)` what the reader
 * has begun to write, `onRows(rows)` every row that changed, `onArrived(rows)` those that were not there before.
 */
export class Feed {
  #source;
  #list;
  #cursor;
  #history = null;
  #onReads;
  #onCanReply;
  #onDraft;
  #onArrived;
  #onRows;

  constructor({ chatId, since, list, onReads, onCanReply, onDraft, onArrived, onRows }) {
    this.#source = new ThreadSource(chatId);
    this.#list = list;
    this.#cursor = new Cursor(since, (seq) => this.#fetchSince(seq));
    this.#onReads = onReads;
    this.#onCanReply = onCanReply;
    this.#onDraft = onDraft;
    this.#onArrived = onArrived;
    this.#onRows = onRows;
  }

  // Lifecycle

  /** `sentinel` is the link to older messages; without one there are none. */
  start({ scroller, sentinel }, signal) {
    if (!sentinel) return;
    this.#history = new History({ scroller, sentinel, load: () => this.#loadOlder() });
    this.#history.start();
    sentinel.addEventListener("click", (event) => this.#history.follow(event), { signal });
  }

  stop() {
    this.#cursor.stop();
    this.#history?.stop();
  }

  // Actions

  receive(seq, { rows }) {
    this.#cursor.receive(seq, { rows });
  }

  catchUp() {
    this.#cursor.catchUp();
  }

  /** Show a row ahead of the server's own. */
  show(row) {
    this.#onArrived(this.#list.change((rows) => rows.merge([row])));
  }

  // Internal

  async #fetchSince(seq) {
    const { rows, reads, canReply, draft, reset, next, more } = await this.#source.since(seq);
    if (reset) return location.reload();
    this.#onReads(reads);
    this.#onCanReply(canReply);
    this.#onDraft(draft);
    this.#onRows(rows);
    this.#onArrived(this.#list.change((all) => all.merge(rows)));
    this.#forgetOldest();
    return { next, more };
  }

  async #loadOlder() {
    const { rows, more } = await this.#source.before(this.#list.rows.oldestId);
    this.#list.change((all) => all.prepend(rows), { stick: false });
    return more;
  }

  /** A thread that is left open for days must not grow forever; what goes can be scrolled back to. */
  #forgetOldest() {
    if (!this.#history || !this.#list.rows.tooMany || !this.#list.scroll.atEnd) return;
    this.#list.change((all) => all.trim());
    this.#history.start();
  }
}
