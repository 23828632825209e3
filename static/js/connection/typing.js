const REPEAT_AFTER = 3_000;
const EXPIRES_AFTER = 5_000;

/** Tells the other side that this person writes: at most every 3 s while they do, once when they stop. */
export class TypingNotice {
  #tell;
  #toldAt = -Infinity;

  /** `tell(typing)` sends the frame. */
  constructor(tell) {
    this.#tell = tell;
  }

  typed() {
    if (performance.now() - this.#toldAt < REPEAT_AFTER) return;
    this.#toldAt = performance.now();
    this.#tell(true);
  }

  stopped() {
    if (performance.now() - this.#toldAt < EXPIRES_AFTER) this.#tell(false);
    this.#toldAt = -Infinity;
  }
}

/** Whether the other side writes; forgotten after 5 s without news. `show(typing)` is called on every change. */
export class TypingWatch {
  #show;
  #timer = null;

  constructor(show) {
    this.#show = show;
  }

  heard(typing) {
    clearTimeout(this.#timer);
    this.#show(typing);
    if (typing) this.#timer = setTimeout(() => this.#show(false), EXPIRES_AFTER);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
