const REPEAT_AFTER = 3_000;
const EXPIRES_AFTER = 5_000;

/** Sends that this person is typing: at most every 3 s while they type, once when they stop. */
export class TypingNotice {
  #send;
  #sentAt = -Infinity;

  /** `send(typing)` sends the frame. */
  constructor(send) {
    this.#send = send;
  }

  typed() {
    if (performance.now() - this.#sentAt < REPEAT_AFTER) return;
    this.#sentAt = performance.now();
    this.#send(true);
  }

  stopped() {
    if (performance.now() - this.#sentAt < EXPIRES_AFTER) this.#send(false);
    this.#sentAt = -Infinity;
  }
}

/**
 * Whether the other side is typing; expires after 5 s without a frame. `show(typing)` is called for each frame and at
 * expiry.
 */
export class TypingWatch {
  #show;
  #timer = null;

  constructor(show) {
    this.#show = show;
  }

  receive(typing) {
    clearTimeout(this.#timer);
    this.#show(typing);
    if (typing) this.#timer = setTimeout(() => this.#show(false), EXPIRES_AFTER);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
