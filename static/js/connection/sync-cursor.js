import { Backoff } from "../lib/backoff.js";

const COALESCE = 50;
export const WAIT_FOR_GAP = 200;

/**
 * The position of this client in one conversation, as a `seq`. Events announce changes; rows that an event does not
 * describe in full are fetched by `since`, for all events that arrive together at once. The cursor never skips a gap:
 * an event that is ahead waits 200 ms for the missing ones, then the server is asked.
 * `fetchSince(seq)` resolves with {next, more} once its rows are on screen. `onSettled()` is called when nothing is due
 * any more.
 */
export class SyncCursor {
  #seq;
  #known;
  #later = new Set();
  #rowsDue = false;
  #fetchSince;
  #onSettled;
  #fetching = false;
  #again = false;
  #timer = null;
  #due = Infinity;
  #backoff = new Backoff();

  constructor(seq, fetchSince, onSettled = () => {}) {
    this.#seq = this.#known = seq;
    this.#fetchSince = fetchSince;
    this.#onSettled = onSettled;
  }

  get seq() {
    return this.#seq;
  }

  /** Something up to the newest event is not on screen yet, or may not be. */
  get behind() {
    return this.#rowsDue || this.#later.size > 0;
  }

  // Actions

  /** An event with this `seq` arrived. `rows`: rows that changed with it are still to be fetched. */
  receive(seq, { rows }) {
    if (!(seq > this.#known)) return;
    this.#rowsDue ||= rows;
    this.#later.add(seq);
    this.#know(this.#known);
    if (this.#later.size) return this.#fetchIn(WAIT_FOR_GAP);
    if (this.#rowsDue) return this.#fetchIn(COALESCE);
    this.#seq = this.#known;
    this.#cancelTimer();
    this.#onSettled();
  }

  /** Fetch now, even without a gap: after a reconnect, when polling, on return from another page. */
  catchUp() {
    this.#rowsDue = true;
    this.#fetchIn(0);
  }

  /** Go back to `seq`: rows that were fetched then are only shown now, and may have changed since. */
  rewind(seq) {
    if (seq >= this.#seq) return;
    this.#seq = seq;
    this.catchUp();
  }

  stop() {
    this.#cancelTimer();
    this.#fetchSince = null;
    this.#again = false;
  }

  // Internal

  /** The soonest request wins, so that a stream of events cannot push the fetch away. */
  #fetchIn(wait) {
    const due = performance.now() + wait;
    if (due >= this.#due) return;
    this.#cancelTimer();
    this.#due = due;
    this.#timer = setTimeout(() => this.#fetch(), wait);
  }

  #cancelTimer() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = Infinity;
  }

  async #fetch() {
    this.#cancelTimer();
    if (this.#fetching) {
      this.#again = true;
      return;
    }
    this.#fetching = true;
    try {
      const from = this.#seq;
      const answer = await this.#fetchSince(from);
      // Rewound meanwhile: this answer does not cover the rows since then.
      if (this.#seq >= from) this.#arrive(answer);
    } catch (error) {
      if (this.#fetchSince && !error.shutOut) this.#fetchIn(this.#backoff.next());
    }
    this.#fetching = false;
    if (this.#again) this.#fetchIn(0);
    this.#again = false;
  }

  #arrive({ next, more } = {}) {
    if (!this.#fetchSince || next === undefined) return;
    const moved = next > this.#seq;
    if (moved) this.#backoff.reset();
    this.#seq = next;
    this.#know(next);
    this.#rowsDue = Boolean(more) || this.#known > next || this.#later.size > 0;
    if (this.#rowsDue) this.#fetchIn(moved ? COALESCE : this.#backoff.next());
    else this.#onSettled();
  }

  /** Every event up to this `seq` is accounted for, and those that follow it without a gap. */
  #know(seq) {
    this.#known = Math.max(this.#known, seq);
    this.#later = new Set([...this.#later].filter((later) => later > this.#known));
    while (this.#later.delete(this.#known + 1)) this.#known += 1;
  }
}
