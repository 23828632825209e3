const COUNTS_FOR = 60_000;
const KINDS = ["click", "pointerdown", "touchmove", "wheel", "keydown", "input", "paste", "drop"];

/**
 * When the reader last did something in one thread: clicked, tapped, typed, scrolled by hand, or opened it. A message
 * on a screen that nobody touches may be read by nobody. Loading, focusing the window and scripts are no acts.
 */
export class Acts {
  #at;
  #onAct;

  /** `openedAt` is when the thread was opened by hand, or null. `onAct()` is called for the first act after a pause. */
  constructor({ openedAt, onAct }) {
    this.#at = openedAt;
    this.#onAct = onAct;
  }

  /** `isOpened`: the thread is what the page is about, so that a key for nothing else on it is for the thread. */
  listen(thread, { isOpened }, signal) {
    const options = { signal, capture: true, passive: true };
    for (const kind of KINDS) thread.addEventListener(kind, (event) => this.#noted(event), options);
    thread.addEventListener("opened", () => this.#now(), { signal });
    const { body } = document;
    if (isOpened) body.addEventListener("keydown", (event) => event.target === body && this.#noted(event), options);
  }

  get recent() {
    const ago = Date.now() - this.#at;
    return this.#at !== null && ago >= 0 && ago < COUNTS_FOR;
  }

  /** Milliseconds until what is recent no longer is. */
  get expireIn() {
    return this.#at + COUNTS_FOR - Date.now();
  }

  /** The browser shows the thread again as it was left. */
  forget() {
    this.#at = null;
  }

  // Callbacks

  #noted({ isTrusted }) {
    if (isTrusted) this.#now();
  }

  // Internal

  #now() {
    const isFirst = !this.recent;
    this.#at = Date.now();
    if (isFirst) this.#onAct();
  }
}
