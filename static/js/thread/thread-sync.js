import { SyncCursor } from "../connection/sync-cursor.js";
import { idOf } from "../message/row.js";
import { InfiniteScroll } from "./infinite-scroll.js";
import { ThreadSource } from "./thread-source.js";

/**
 * The rows of one conversation in step with the server: new texts are drawn here by `draw(message)`, which returns null
 * for what only the server can draw. Fetches what else changed since the cursor, and older and newer pages.
 * `onAnswer(answer)` gets each answer about changes (ThreadSource), `onArrived(rows)` the rows that are new here,
 * `onMissed(rows)` new ones that are not shown because of a gap before them. `onSettled()` is called when no message is
 * missing any more, `onEnd({firstUnread})` once the rows reach the newest message; `firstUnread` (an id or 0) only when
 * they were replaced.
 */
export class ThreadSync {
  #source;
  #list;
  #cursor;
  #older;
  #newer;
  #stopped = false;
  #restarts = false;
  #newest;
  #announced = new Set();
  #draw;
  #onAnswer;
  #onArrived;
  #onMissed;
  #onEnd;

  /** `newest` is the id of the newest message of the conversation, on the page or not. */
  constructor({ chatId, since, newest, list, draw, onAnswer, onArrived, onMissed, onSettled, onEnd }) {
    this.#source = new ThreadSource(chatId);
    this.#list = list;
    this.#cursor = new SyncCursor(since, (seq) => this.#fetchSince(seq), onSettled);
    this.#newest = newest;
    this.#draw = draw;
    this.#onAnswer = onAnswer;
    this.#onArrived = onArrived;
    this.#onMissed = onMissed;
    this.#onEnd = onEnd;
  }

  // Lifecycle

  /** `older` and `newer` are the links to the next page on either side; hidden where there is none. */
  start({ scroller, older, newer }, signal) {
    this.#older = new InfiniteScroll({ scroller, sentinel: older, load: () => this.#loadOlder() });
    this.#newer = new InfiniteScroll({ scroller, sentinel: newer, load: () => this.#loadNewer() });
    this.#older.listen(signal);
    this.#newer.listen(signal);
  }

  stop() {
    this.#stopped = true;
    this.#cursor.stop();
    this.#older.stop();
    this.#newer.stop();
  }

  // Actions

  /** A new message, as the API represents it: by its event, or by the answer to its send. */
  arrived(message) {
    const row = this.#draw(message);
    if (row && !this.#list.rows.shows(message.message_id, message.seq)) this.#merge([row]);
    this.#cursor.receive(message.seq, { rows: !row });
  }

  receive(seq, { rows }) {
    this.#cursor.receive(seq, { rows });
  }

  catchUp() {
    this.#cursor.catchUp();
  }

  /** A message may be missing: events came out of order, or rows are still to be fetched. */
  get behind() {
    return this.#cursor.behind;
  }

  /** Rows were removed at this end, "oldest" or "newest": they are loaded again when scrolled to. */
  cut(end) {
    if (end === "oldest") this.#older.start();
    else this.#newer.start();
  }

  /** Replace older messages on screen by the newest ones. */
  restart() {
    this.#restarts = true;
    this.#cursor.catchUp();
  }

  // Internal

  async #fetchSince(seq) {
    const restarts = this.#restarts;
    const answer = await (restarts ? this.#source.newest() : this.#source.since(seq));
    const { rows, reset, next, more } = answer;
    // Meanwhile another conversation was opened.
    if (this.#stopped) return {};
    if (reset) return location.reload();
    this.#onAnswer(answer);
    if (restarts) {
      this.#restart(answer);
      return { next };
    }
    this.#merge(rows);
    return { next, more };
  }

  #merge(rows) {
    this.#onMissed(this.#missed(rows));
    if (this.#list.rows.complete) this.#newest = Math.max(this.#newest, ...rows.map(idOf));
    this.#onArrived(this.#list.change((all) => all.merge(rows)));
  }

  /** New rows that are not shown, each once. Not in order: a text is drawn at once, what was before it is fetched. */
  #missed(rows) {
    if (this.#list.rows.complete) return [];
    const missed = rows.filter((row) => idOf(row) > this.#newest && !this.#announced.has(idOf(row)));
    for (const row of missed) this.#announced.add(idOf(row));
    return missed;
  }

  async #loadOlder() {
    const floor = this.#list.rows.oldestId;
    const { rows, more, next } = await this.#source.before(floor);
    if (this.#stopped) return false;
    if (this.#list.rows.oldestId !== floor) return true;
    this.#list.change((all) => all.prepend(rows), { stick: false });
    this.#cursor.rewind(next);
    return more;
  }

  async #loadNewer() {
    const ceiling = this.#list.rows.newestId;
    const { rows, more, next } = await this.#source.after(ceiling);
    if (this.#stopped || this.#list.rows.complete) return false;
    if (this.#list.rows.newestId !== ceiling) return true;
    this.#list.change((all) => all.extend(rows, { complete: !more }), { stick: false });
    this.#cursor.rewind(next);
    if (!more) this.#onEnd({});
    return more;
  }

  #restart({ rows, more, firstUnread }) {
    this.#restarts = false;
    this.#newer.finish();
    this.#list.restart(rows);
    if (more) this.#older.start();
    else this.#older.finish();
    this.#onEnd({ firstUnread });
  }
}
