import { t } from "../lib/words.js";
import { idOf } from "./rows.js";

const LOOK_EVERY = 150;

/** What the reader has in front of their eyes: it counts as read; what waits further down is told on the pill. */
export class Eyes {
  #list;
  #reading;
  #jump;
  #otherRole;
  #restart;
  #timer = null;
  #resize = new ResizeObserver(() => this.lookSoon());

  /** `jump` is the pill; `restart()` shows the newest messages in the place of older ones. */
  constructor({ list, reading, jump, otherRole, restart }) {
    this.#list = list;
    this.#reading = reading;
    this.#jump = jump;
    this.#otherRole = otherRole;
    this.#restart = restart;
  }

  start(scroller, signal) {
    const soon = () => this.lookSoon();
    scroller.addEventListener("scroll", soon, { signal, passive: true });
    addEventListener("focus", soon, { signal });
    document.addEventListener("visibilitychange", soon, { signal });
    this.#jump.addEventListener("click", (event) => this.#goToNew(event), { signal });
    this.#resize.observe(scroller);
    signal.addEventListener("abort", () => this.#stop());
    this.lookSoon();
  }

  lookSoon() {
    this.#timer ??= setTimeout(() => this.#look(), LOOK_EVERY);
  }

  // Internal

  #look() {
    this.#timer = null;
    if (document.visibilityState === "visible" && document.hasFocus()) {
      const seen = this.#unread.findLast((row) => this.#list.scroll.shows(row));
      if (seen) this.#reading.saw(idOf(seen));
      else if (this.#list.rows.stored.some((row) => this.#list.scroll.shows(row))) this.#reading.looked(this.#list.rows.newestId);
    }
    this.#tell(this.#list.scroll.atEnd ? 0 : this.#unread.length);
  }

  get #unread() {
    const rows = this.#list.rows.stored.filter((row) => row.dataset.senderRole === this.#otherRole);
    return rows.filter((row) => idOf(row) > this.#reading.told);
  }

  /** Among older messages the pill leads to the newest ones, whether there are new ones or not. */
  #tell(count) {
    const { complete } = this.#list.rows;
    this.#jump.hidden = complete && count === 0;
    if (!complete) this.#jumpWords = t("to_end");
    else if (count) this.#jumpWords = t("new_messages", { count });
  }

  set #jumpWords(words) {
    this.#jump.querySelector("[data-jump-words]").textContent = words;
  }

  #goToNew(event) {
    event.preventDefault();
    if (!this.#list.rows.complete) return this.#restart();
    const [first] = this.#unread;
    if (first) this.#list.scroll.toRow(first);
    else this.#list.scroll.toEnd();
    first?.focus({ preventScroll: true });
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#resize.disconnect();
  }
}
