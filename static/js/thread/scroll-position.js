const NEAR = 100;

/**
 * The scroll position of a thread. Its scroller is `column-reverse`: 0 is the newest message, older ones are negative.
 * Each change of the rows goes through `keep`: a reader at the end stays at the end, a reader of older messages sees
 * nothing move.
 */
export class ScrollPosition {
  #scroller;

  constructor(scroller) {
    this.#scroller = scroller;
    // The browser's own scroll anchoring would add to ours.
    scroller.style.overflowAnchor = "none";
  }

  get fromEnd() {
    return Math.max(0, -this.#scroller.scrollTop);
  }

  get atEnd() {
    return this.fromEnd <= NEAR;
  }

  toEnd() {
    this.#scroller.scrollTop = 0;
  }

  /** Scroll `row` to the top of the view. */
  toRow(row) {
    const margin = Number.parseFloat(getComputedStyle(this.#scroller).scrollPaddingTop) || 0;
    this.#scroller.scrollTop += row.getBoundingClientRect().top - this.#top - margin;
  }

  /** Make a change without moving what is being read. A reader at the end stays at the end, unless `stick` is off. */
  keep(change, { stick }) {
    const follow = stick && this.atEnd;
    const mark = follow ? null : this.#mark();
    change();
    if (follow) return this.toEnd();
    const row = mark && this.#presentRow(mark.row);
    if (row) this.#scroller.scrollTop += row.getBoundingClientRect().top - mark.top;
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

  // Internal

  get #top() {
    return this.#scroller.getBoundingClientRect().top;
  }

  /** The row itself, or the one that replaced it. */
  #presentRow(row) {
    return row.isConnected ? row : this.#scroller.querySelector(`#${CSS.escape(row.id)}`);
  }

  /** The topmost row in view, and its place. */
  #mark() {
    const edge = this.#top;
    const rows = this.#scroller.querySelectorAll("[data-message-id]");
    for (const row of rows) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > edge) return { row, top };
    }
    return null;
  }
}
