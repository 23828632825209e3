const NEAR = 100;

/**
 * The scroller of a thread is `column-reverse`: 0 is the newest message and older ones are negative. Every change of the rows goes
 * through `keep`, so that a reader at the end stays there and a reader of older messages sees nothing move.
 */
export class ScrollPosition {
  #scroller;

  constructor(scroller) {
    this.#scroller = scroller;
    // Ours is the only correction; two would add up.
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

  /** `row` comes to the top of the view. */
  toRow(row) {
    const margin = Number.parseFloat(getComputedStyle(this.#scroller).scrollPaddingTop) || 0;
    this.#scroller.scrollTop += row.getBoundingClientRect().top - this.#top - margin;
  }

  /** Make a change without moving what is being read; a reader at the end follows it there, unless `stick` is off. */
  keep(change, { stick }) {
    const follow = stick && this.atEnd;
    const mark = follow ? null : this.#mark();
    change();
    if (follow) return this.toEnd();
    const row = mark && (mark.row.isConnected ? mark.row : this.#scroller.querySelector(`#${CSS.escape(mark.row.id)}`));
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
