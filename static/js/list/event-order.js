import { WAIT_FOR_GAP } from "../connection/sync-cursor.js";

/**
 * Passes the events of each conversation on in the order of their `seq`: two that were published at the same moment may
 * change places on their way. One that is ahead waits 200 ms for those before it, then it is passed on as it is.
 * `seqOf(chatId)` is the `seq` of a row, or null.
 */
export class EventOrder {
  #seqOf;
  #waiting = new Map();

  constructor(seqOf) {
    this.#seqOf = seqOf;
  }

  /** `handle()` takes the event, now or later; each event is taken once. */
  take({ chat_id: chatId, seq }, handle) {
    const known = this.#seqOf(chatId);
    if (known !== null && seq > known + 1) return this.#hold(chatId, seq, handle);
    handle();
    this.#release(chatId);
  }

  stop() {
    this.#waiting.forEach(({ timer }) => clearTimeout(timer));
    this.#waiting.clear();
  }

  // Internal

  #hold(chatId, seq, handle) {
    if (!this.#waiting.has(chatId)) {
      this.#waiting.set(chatId, { events: [], timer: setTimeout(() => this.#giveUp(chatId), WAIT_FOR_GAP) });
    }
    const { events } = this.#waiting.get(chatId);
    events.push({ seq, handle });
    events.sort((one, other) => one.seq - other.seq);
  }

  /** Those that follow without a gap. */
  #release(chatId) {
    const waiting = this.#waiting.get(chatId);
    while (waiting?.events.length && waiting.events[0].seq <= this.#seqOf(chatId) + 1) waiting.events.shift().handle();
    if (waiting?.events.length === 0) this.#forget(chatId);
  }

  #giveUp(chatId) {
    const { events } = this.#forget(chatId);
    events.forEach(({ handle }) => handle());
  }

  #forget(chatId) {
    const waiting = this.#waiting.get(chatId);
    clearTimeout(waiting.timer);
    this.#waiting.delete(chatId);
    return waiting;
  }
}
