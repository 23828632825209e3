import { SyncCursor } from "../connection/sync-cursor.js";
import { Backoff } from "../lib/backoff.js";
import { listSource } from "./list-source.js";

/**
 * Brings the rows of the list, and asks until they came: the part that is shown, or one row of which events do not tell all.
 * `search` says what the list is narrowed to (ListSearch), `seqOf(chatId)` the number at which a row is shown, or 0.
 * `onPart(answer)` gets the rows from the top, `onRow(chatId, answer)` one row (both as of listSource).
 */
export class ListSync {
  #search;
  #seqOf;
  #onPart;
  #onRow;
  #cursors = new Map();
  #asked = null;
  #timer = null;
  #backoff = new Backoff();

  constructor({ search, seqOf, onPart, onRow }) {
    this.#search = search;
    this.#seqOf = seqOf;
    this.#onPart = onPart;
    this.#onRow = onRow;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#asked = null;
    [...this.#cursors.keys()].forEach((chatId) => this.#forget(chatId));
  }

  // Actions

  /** The present state of the shown part; one question at a time, the last one counts, and is owed until it is answered. */
  async ask() {
    clearTimeout(this.#timer);
    const asked = (this.#asked = {});
    const answer = await listSource.rows(this.#search.query).catch((error) => ({ error }));
    if (asked !== this.#asked) return;
    this.#asked = null;
    if (answer.error) return this.#failed(answer.error);
    this.#backoff.reset();
    answer.rows.forEach((row) => this.#forget(Number(row.dataset.chatId)));
    this.#onPart(answer);
    if (asked.isDoubted) this.#search.askSoon();
  }

  /** An answer that is on its way may be older than what an event has just told: show it, and ask once more. */
  doubt() {
    if (this.#asked) this.#asked.isDoubted = true;
  }

  /** One row anew. */
  askRow(chatId) {
    this.doubt();
    this.#cursor(chatId).catchUp();
  }

  /**
   * An event with this number concerns a row. True where the row lacks nothing that came before it, so that the event tells the
   * rest; after a gap the row is asked for.
   */
  follows(chatId, seq) {
    const cursor = this.#cursor(chatId);
    const isNext = seq === cursor.seq + 1;
    if (seq > cursor.seq) this.doubt();
    cursor.receive(seq, { rows: !isNext });
    return isNext;
  }

  // Internal

  #failed(error) {
    if (mayPass(error)) this.#timer = setTimeout(() => this.ask(), this.#backoff.next());
  }

  #cursor(chatId) {
    if (!this.#cursors.has(chatId)) {
      this.#cursors.set(chatId, new SyncCursor(this.#seqOf(chatId), () => this.#fetchRow(chatId)));
    }
    return this.#cursors.get(chatId);
  }

  #forget(chatId) {
    this.#cursors.get(chatId)?.stop();
    this.#cursors.delete(chatId);
  }

  /** For its cursor, which asks again where it fails. Whether a narrowed list has the row is for the server to say. */
  async #fetchRow(chatId) {
    if (this.#search.narrowed) return void this.#search.askSoon();
    const cursor = this.#cursors.get(chatId);
    const answer = await listSource.row(chatId).catch(orNothing);
    if (!answer || cursor !== this.#cursors.get(chatId)) return undefined;
    const seq = Number(answer.rows[0].dataset.seq);
    // An event was faster.
    if (seq >= this.#seqOf(chatId)) this.#onRow(chatId, answer);
    return { next: seq };
  }
}

function mayPass({ temporary }) {
  return temporary !== false;
}

function orNothing(error) {
  if (mayPass(error)) throw error;
}
