import { t } from "../lib/words.js";
import { idOf } from "../message/row.js";

const UPDATE_EVERY = 150;

/**
 * Tracks which messages the reader has seen: they were on screen while the reader looked at the thread, and had acted
 * in it lately or did so then. They count as read up to the first unread one that was not seen. The jump button shows
 * how many were not on screen yet.
 */
export class ReadTracker {
  #list;
  #reporter;
  #acts;
  #jump;
  #otherRole;
  #firstUnread;
  #sync;
  #seen = new Set();
  /** Messages that are not shown because of a gap after the rows. */
  #missed = 0;
  #frame = null;
  #timer = null;
  #resize = new ResizeObserver(() => this.updateSoon());

  /**
   * `jump` is the jump button, `firstUnread` the id of the first unread message, on the page or not, or 0, `sync` the
   * ThreadSync.
   */
  constructor({ list, reporter, acts, jump, otherRole, firstUnread, sync }) {
    this.#list = list;
    this.#reporter = reporter;
    this.#acts = acts;
    this.#jump = jump;
    this.#otherRole = otherRole;
    this.#firstUnread = firstUnread;
    this.#sync = sync;
  }

  start(scroller, signal) {
    const soon = () => this.updateSoon();
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    addEventListener("focus", soon, { signal });
    document.addEventListener("visibilitychange", soon, { signal });
    document.addEventListener("close", soon, { signal, capture: true });
    this.#jump.addEventListener("click", (event) => this.#goToNew(event), { signal });
    this.#resize.observe(scroller);
    signal.addEventListener("abort", () => this.#stop());
    this.#updateJump(this.#unread);
    this.updateSoon();
  }

  /** The rows reach the newest message now. Were they replaced, the first unread message may not be among them. */
  reachedEnd(firstUnread = this.#firstUnread) {
    this.#firstUnread = firstUnread;
    this.#missed = 0;
    this.updateSoon();
  }

  missed(count) {
    this.#missed += count;
    this.updateSoon();
  }

  /** The first act after a pause. Noted at once: the act itself may scroll away what is on screen. */
  acted() {
    if (this.#isSeeing) this.#markSeen(this.#unread);
    this.updateSoon();
  }

  updateSoon() {
    this.#timer ??= setTimeout(() => this.#update(), UPDATE_EVERY);
  }

  // Callbacks

  /** A message that scrolls by quickly was on screen too. */
  #scrolled() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      if (this.#isSeeing) this.#markSeen(this.#unread);
    });
    this.updateSoon();
  }

  #goToNew(event) {
    event.preventDefault();
    if (!this.#list.rows.complete) return this.#sync.restart();
    const first = this.#waiting(this.#unread)[0];
    if (first) this.#list.scroll.toRow(first);
    else this.#list.scroll.toEnd();
    first?.focus({ preventScroll: true });
  }

  // Internal

  #update() {
    this.#timer = null;
    const unread = this.#unread;
    // First, since the jump button may appear over a message, or move off one.
    this.#updateJump(unread);
    if (!this.#isSeeing) return;
    this.#markSeen(unread);
    this.#reportRead(unread);
  }

  get #isSeeing() {
    return isWatched() && this.#acts.recent;
  }

  #markSeen(unread) {
    for (const row of unread) if (this.#isClear(row)) this.#seen.add(idOf(row));
  }

  /** On screen, with its end not covered by the jump button. */
  #isClear(row) {
    if (!this.#list.scroll.shows(row)) return false;
    if (this.#jump.hidden) return true;
    const { top, bottom } = row.getBoundingClientRect();
    const button = this.#jump.getBoundingClientRect();
    if (!this.#jump.hasAttribute("data-up")) return bottom <= button.top;
    return Math.max(top, bottom - button.height) >= button.bottom;
  }

  #reportRead(unread) {
    // A message before one that is on screen may be missing: nobody has seen it.
    if (this.#sync.behind) return;
    // Its row may be trimmed from a long page before it was seen.
    if (unread.length && !this.#skipsUnread) this.#firstUnread = idOf(unread[0]);
    const next = unread.findIndex((row) => !this.#seen.has(idOf(row)));
    const seen = next < 0 ? unread : unread.slice(0, next);
    const { rows, scroll } = this.#list;
    if (seen.length && !this.#skipsUnread) this.#reporter.markRead(idOf(seen.at(-1)));
    else if (rows.stored.some((row) => scroll.shows(row))) this.#reporter.markViewed(unread.length ? 0 : rows.newestId);
  }

  /**
   * Among older messages the jump button leads to the newest ones, whether some are new or not. It is placed on the
   * side to which it leads.
   */
  #updateJump(unread) {
    const waiting = this.#waiting(unread);
    const { complete } = this.#list.rows;
    const count = complete ? waiting.length : this.#missed;
    this.#jump.hidden = complete && count === 0;
    this.#jump.toggleAttribute("data-up", complete && count > 0 && this.#list.scroll.isAbove(waiting[0]));
    const words = count ? t("new_messages", { count }) : t("to_end");
    this.#jump.querySelector("[data-jump-words]").textContent = words;
  }

  /** An unread message is older than the rows on the page. */
  get #skipsUnread() {
    return this.#firstUnread > this.#reporter.reported && this.#firstUnread < this.#list.rows.oldestId;
  }

  get #unread() {
    const rows = this.#list.rows.stored.filter((row) => row.dataset.senderRole === this.#otherRole);
    return rows.filter((row) => idOf(row) > this.#reporter.reported);
  }

  /** Those that are not on screen. One on screen does not count as waiting, even in a window that nobody looks at. */
  #waiting(unread) {
    return unread.filter((row) => !this.#seen.has(idOf(row)) && !this.#list.scroll.shows(row));
  }

  #stop() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#resize.disconnect();
  }
}

/** The reader looks at the thread: no other window has the focus, no large photo or modal dialog covers it. */
function isWatched() {
  return document.visibilityState === "visible" && document.hasFocus() && !document.querySelector("dialog:modal");
}
