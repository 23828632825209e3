import { idOf } from "../message/row.js";
import { lineAt, topOfLine } from "./text-line.js";

const NEAR = 100;

/**
 * The scroll position of a thread. Its scroller is `column-reverse`: 0 is the newest message, older ones are negative.
 * A reader at the end stays at the end; for a reader of older messages the line at the top stays where it is. That
 * holds for each change of the rows, which goes through `keep`, and for whatever else changes sizes: a phone that is
 * turned, a keyboard that opens, larger text, a photo that arrives, rows that are laid out for the first time.
 */
export class ScrollPosition {
  #scroller;
  #list;
  #content;
  /** As it was when last known: reading it while a change is pending would make the browser lay out everything. */
  #fromEnd = 0;
  /** What stays: a row, a line of its text where it begins above, and the place of both; null at the end. */
  #anchor = null;
  #sizes = "";

  /** `list` has the rows and is inside `content`, all that scrolls. */
  constructor({ scroller, content, list }) {
    this.#scroller = scroller;
    this.#content = content;
    this.#list = list;
    // The browser's own scroll anchoring would add to ours.
    scroller.style.overflowAnchor = "none";
    // Who has scrolled before this script was loaded stays there.
    this.#settle();
    this.#anchor = this.#fromEnd > NEAR ? this.#find() : null;
  }

  listen(signal) {
    const resize = new ResizeObserver(() => this.#restore());
    this.#scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    [this.#scroller, this.#content].forEach((part) => resize.observe(part));
    signal.addEventListener("abort", () => resize.disconnect());
  }

  /** The row that stays where it is; null at the end. */
  get row() {
    return this.#anchor && this.#presentRow(this.#anchor.row);
  }

  /** The message that stays where it is, and how far below the top: {id, top}; null at the end. */
  get place() {
    const { row } = this;
    return row && idOf(row) ? { id: idOf(row), top: this.#topOf(row) } : null;
  }

  // Actions

  toEnd() {
    this.#anchor = null;
    if (this.#fromEnd > 0) this.#scroller.scrollTop = 0;
    this.#fromEnd = 0;
  }

  /** Scroll `row` to the top of the view, or so far below it. */
  toRow(row, top = Number.parseFloat(getComputedStyle(this.#scroller).scrollPaddingTop) || 0) {
    this.#scroller.scrollTop += this.#topOf(row) - top;
    this.#settle();
    this.#anchor = this.#fromEnd > NEAR ? this.#anchorAt(row) : null;
  }

  /** Make a change without moving what is being read. A reader at the end stays at the end, unless `stick` is off. */
  keep(change, { stick }) {
    if (!stick || this.#anchor) this.#anchor = this.#find();
    change();
    // At the very end the browser itself keeps the place.
    if (!this.#anchor) return this.toEnd();
    this.#restore();
    if (this.#fromEnd <= NEAR) this.#anchor = null;
  }

  /** The end of this row is on screen. */
  shows(row) {
    const { top, bottom } = row.getBoundingClientRect();
    const frame = this.#scroller.getBoundingClientRect();
    return bottom <= frame.bottom + NEAR && bottom > frame.top && top < frame.bottom;
  }

  isAbove(row) {
    return row.getBoundingClientRect().bottom <= this.#top;
  }

  // Callbacks

  #scrolled() {
    if (this.#fromEnd === this.#position || this.#isClamped) return;
    this.#settle();
    this.#anchor = this.#fromEnd > NEAR ? this.#find() : null;
  }

  #restore() {
    // A narrow window shows the list alone.
    if (this.#scroller.clientHeight === 0) return;
    if (this.#anchor) this.#scroller.scrollTop += this.#moved;
    else this.#scroller.scrollTop = 0;
    this.#settle();
  }

  // Internal

  #settle() {
    this.#fromEnd = this.#position;
    this.#sizes = this.#presentSizes;
  }

  get #position() {
    return Math.max(0, -this.#scroller.scrollTop);
  }

  get #presentSizes() {
    return [this.#scroller.clientWidth, this.#scroller.clientHeight, this.#content.offsetHeight].join();
  }

  /** Less content than before moved the position, not the reader: `#restore` follows in this frame. */
  get #isClamped() {
    const { scrollHeight, clientHeight } = this.#scroller;
    const isAtStart = this.#position > scrollHeight - clientHeight - 1;
    return isAtStart && this.#position < this.#fromEnd && this.#sizes !== this.#presentSizes;
  }

  get #top() {
    return this.#scroller.getBoundingClientRect().top;
  }

  #topOf(row) {
    return row.getBoundingClientRect().top - this.#top;
  }

  /** By how much what should stay is off its place. */
  get #moved() {
    const { row, top, line, lineTop } = this.#anchor;
    const lineNow = line && topOfLine(line);
    if (lineNow !== null) return lineNow - this.#top - lineTop;
    const present = this.#presentRow(row);
    return present ? this.#topOf(present) - top : 0;
  }

  /** The row itself, or the one that replaced it. */
  #presentRow(row) {
    return row.isConnected ? row : this.#list.querySelector(`#${CSS.escape(row.id)}`);
  }

  /** The message with the focus where it is in view, else the first that begins in view, else the one that fills it. */
  #find() {
    const rows = [...this.#list.children].filter((row) => row.classList.contains("message"));
    const at = firstBelow(rows, this.#top);
    const begins = [rows[at], rows[at + 1]].find((row) => row && this.#beginsInView(row));
    const row = this.#focused ?? begins ?? rows[at];
    return row ? this.#anchorAt(row) : null;
  }

  #beginsInView(row) {
    const top = this.#topOf(row);
    return top >= 0 && top < this.#scroller.clientHeight / 2;
  }

  #anchorAt(row) {
    const line = this.#topOf(row) < 0 ? lineAt(row, this.#top) : null;
    return { row, top: this.#topOf(row), line, lineTop: line && topOfLine(line) - this.#top };
  }

  get #focused() {
    const row = document.activeElement?.closest(".message");
    return row && this.#list.contains(row) && this.shows(row) ? row : null;
  }
}

/** The place of the first row whose end is below `edge`; the rows are in order. */
function firstBelow(rows, edge) {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  return low;
}
