import { SyncCursor } from "../connection/sync-cursor.js";
import { Backoff } from "../lib/backoff.js";
import { EventOrder } from "./event-order.js";
import { listSource } from "./list-source.js";

/**
 * Fetches the rows of the list, and retries until they come: the page that is shown, or one row that an event does not
 * describe in full. `search` is what the list is filtered by (ListSearch), `seqOf(chatId)` the `seq` of a row, or null.
 * `onPart(answer)` gets the rows from the top, with their `query`, `onRow(answer)` one row (both as from listSource).
 */
export class ListSync {
  #search;
  #seqOf;
  #onPart;
  #onRow;
  #order;
  #cursors = new Map();
  #asked = null;
  #timer = null;
  #backoff = new Backoff();

  constructor({ search, seqOf, onPart, onRow }) {
    this.#search = search;
    this.#seqOf = seqOf;
    this.#order = new EventOrder(seqOf);
    this.#onPart = onPart;
    this.#onRow = onRow;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#order.stop();
    this.#asked = null;
    [...this.#cursors.keys()].forEach((chatId) => this.#forget(chatId));
  }

  // Actions

  /** Fetch the page that is shown. Only the answer to the last request is used, which is repeated until it comes. */
  async ask() {
    clearTimeout(this.#timer);
    const asked = (this.#asked = {});
    const { query } = this.#search;
    const answer = await listSource.rows(query).catch((error) => ({ error }));
    if (asked !== this.#asked) return;
    this.#asked = null;
    if (answer.error) return this.#failed(answer.error);
    this.#backoff.reset();
    answer.rows.forEach((row) => this.#forget(Number(row.dataset.chatId)));
    this.#onPart({ ...answer, query });
    if (asked.isStale) this.#search.askSoon();
  }

  /** The pending answer may be older than an event that has just arrived: it is shown, then fetched again. */
  markStale() {
    if (this.#asked) this.#asked.isStale = true;
  }

  /** Fetch one row. */
  askRow(chatId) {
    this.markStale();
    this.#cursor(chatId).catchUp();
  }

  /** `handle()` takes this event once those before it have been taken, or are too late. */
  inOrder(event, handle) {
    this.#order.take(event, handle);
  }

  /**
   * An event with this `seq` concerns a row. True when the row has everything before it, so that the event completes
   * it. After a gap the row is fetched.
   */
  follows(chatId, seq) {
    const cursor = this.#cursor(chatId);
    const isNext = seq === cursor.seq + 1;
    if (seq > cursor.seq) this.markStale();
    cursor.receive(seq, { rows: !isNext });
    return isNext;
  }

  // Internal

  #failed(error) {
    if (mayPass(error)) this.#timer = setTimeout(() => this.ask(), this.#backoff.next());
  }

  #cursor(chatId) {
    if (!this.#cursors.has(chatId)) {
      this.#cursors.set(chatId, new SyncCursor(this.#seqOf(chatId) ?? 0, () => this.#fetchRow(chatId)));
    }
    return this.#cursors.get(chatId);
  }

  #forget(chatId) {
    this.#cursors.get(chatId)?.stop();
    this.#cursors.delete(chatId);
  }

  /** The row's cursor calls it, and retries. In a filtered list only the server knows whether the row belongs there. */
  async #fetchRow(chatId) {
    if (this.#search.narrowed) return void this.#search.askSoon();
    const cursor = this.#cursors.get(chatId);
    const answer = await listSource.row(chatId).catch(orNothing);
    if (!answer || cursor !== this.#cursors.get(chatId)) return undefined;
    const seq = Number(answer.rows[0].dataset.seq);
    // Older than an event that was applied meanwhile.
    if (seq >= this.#seqOf(chatId)) this.#onRow(answer);
    return { next: seq };
  }
}

function mayPass({ temporary }) {
  return temporary !== false;
}

function orNothing(error) {
  if (mayPass(error)) throw error;
}
