import { t } from "../lib/words.js";
import { idOf } from "../message/row.js";

const LOOK_EVERY = 150;

/**
 * What the reader has had in front of their eyes. It counts as read as far as nothing unread was passed over on the way; what was
 * not on screen yet is told on the pill.
 */
export class ReadTracker {
  #list;
  #reading;
  #jump;
  #otherRole;
  #firstUnread;
  #restart;
  #seen = new Set();
  /** How many came beyond the gap after the rows. */
  #missed = 0;
  #frame = null;
  #timer = null;
  #resize = new ResizeObserver(() => this.lookSoon());

  /**
   * `jump` is the pill, `firstUnread` the id of the first unread message, on the page or not, or 0; `restart()` shows the newest
   * messages in the place of older ones.
   */
  constructor({ list, reading, jump, otherRole, firstUnread, restart }) {
    this.#list = list;
    this.#reading = reading;
    this.#jump = jump;
    this.#otherRole = otherRole;
    this.#firstUnread = firstUnread;
    this.#restart = restart;
  }

  start(scroller, signal) {
    const soon = () => this.lookSoon();
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    addEventListener("focus", soon, { signal });
    document.addEventListener("visibilitychange", soon, { signal });
    document.addEventListener("close", soon, { signal, capture: true });
    this.#jump.addEventListener("click", (event) => this.#goToNew(event), { signal });
    this.#resize.observe(scroller);
    signal.addEventListener("abort", () => this.#stop());
    this.#tell(this.#unread);
    this.lookSoon();
  }

  /** The rows reach the newest message now; where they are others, the first unread message may not be among them. */
  reachedEnd(firstUnread = this.#firstUnread) {
    this.#firstUnread = firstUnread;
    this.#missed = 0;
    this.lookSoon();
  }

  missed(count) {
    this.#missed += count;
    this.lookSoon();
  }

  lookSoon() {
    this.#timer ??= setTimeout(() => this.#look(), LOOK_EVERY);
  }

  // Callbacks

  /** What passes by quickly was on screen too. */
  #scrolled() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      if (watched()) this.#glance(this.#unread);
    });
    this.lookSoon();
  }

  #goToNew(event) {
    event.preventDefault();
    if (!this.#list.rows.complete) return this.#restart();
    const first = this.#waiting(this.#unread)[0];
    if (first) this.#list.scroll.toRow(first);
    else this.#list.scroll.toEnd();
    first?.focus({ preventScroll: true });
  }

  // Internal

  #look() {
    this.#timer = null;
    const unread = this.#unread;
    // First: what the pill leaves can be seen, what it comes to stand over cannot.
    this.#tell(unread);
    if (!watched()) return;
    this.#glance(unread);
    this.#read(unread);
  }

  #glance(unread) {
    for (const row of unread) if (this.#isClear(row)) this.#seen.add(idOf(row));
  }

  /** On screen, its end not under the pill. */
  #isClear(row) {
    if (!this.#list.scroll.shows(row)) return false;
    if (this.#jump.hidden) return true;
    const { top, bottom } = row.getBoundingClientRect();
    const pill = this.#jump.getBoundingClientRect();
    if (!this.#jump.hasAttribute("data-up")) return bottom <= pill.top;
    return Math.max(top, bottom - pill.height) >= pill.bottom;
  }

  #read(unread) {
    // Its row may be dropped from a long page before it was seen.
    if (unread.length && !this.#skipsUnread) this.#firstUnread = idOf(unread[0]);
    const next = unread.findIndex((row) => !this.#seen.has(idOf(row)));
    const seen = next < 0 ? unread : unread.slice(0, next);
    const { rows, scroll } = this.#list;
    if (seen.length && !this.#skipsUnread) this.#reading.saw(idOf(seen.at(-1)));
    else if (rows.stored.some((row) => scroll.shows(row))) this.#reading.looked(unread.length ? 0 : rows.newestId);
  }

  /**
   * Among older messages the pill leads to the newest ones, whether there are new ones or not. It stands at the side to which it
   * leads.
   */
  #tell(unread) {
    const waiting = this.#waiting(unread);
    const { complete } = this.#list.rows;
    const count = complete ? waiting.length : this.#missed;
    this.#jump.hidden = complete && count === 0;
    this.#jump.toggleAttribute("data-up", complete && count > 0 && this.#list.scroll.isAbove(waiting[0]));
    const words = count ? t("new_messages", { count }) : t("to_end");
    this.#jump.querySelector("[data-jump-words]").textContent = words;
  }

  /** Something unread lies before the rows. */
  get #skipsUnread() {
    return this.#firstUnread > this.#reading.told && this.#firstUnread < this.#list.rows.oldestId;
  }

  get #unread() {
    const rows = this.#list.rows.stored.filter((row) => row.dataset.senderRole === this.#otherRole);
    return rows.filter((row) => idOf(row) > this.#reading.told);
  }

  /** Of these, what was not on screen yet; in a window that nobody looks at, what is on screen is not waiting either. */
  #waiting(unread) {
    return unread.filter((row) => !this.#seen.has(idOf(row)) && !this.#list.scroll.shows(row));
  }

  #stop() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#resize.disconnect();
  }
}

/** Not while another window is in front of it, nor a large photo or a sheet that asks for an answer first. */
function watched() {
  return document.visibilityState === "visible" && document.hasFocus() && !document.querySelector("dialog:modal");
}
