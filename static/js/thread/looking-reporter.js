const EVERY = 30_000;

/**
 * Says that the reader looks at one thread, so that no device tells them of what arrives there: its page is visible,
 * has the focus, and was acted in lately. What the server does not know counts as not looking.
 */
export class LookingReporter {
  #thread;
  #chatId;
  #connection;
  #acts;
  #said = false;
  #timer = null;

  constructor(thread, { chatId, connection, acts }) {
    this.#thread = thread;
    this.#chatId = chatId;
    this.#connection = connection;
    this.#acts = acts;
  }

  start(signal) {
    const update = () => this.update();
    addEventListener("focus", update, { signal });
    addEventListener("blur", update, { signal });
    document.addEventListener("visibilitychange", update, { signal });
    this.#connection.addEventListener("live", update, { signal });
    signal.addEventListener("abort", () => this.#stop());
    this.update();
  }

  /** Say it, repeat it, or take it back. */
  update() {
    clearTimeout(this.#timer);
    const looks = this.#isLooking;
    if (looks || this.#said) this.#say(looks);
    if (looks) this.#timer = setTimeout(() => this.update(), Math.min(EVERY, this.#acts.expireIn));
  }

  // Internal

  /** On a narrow screen the thread beside the list is not shown. */
  get #isLooking() {
    return document.visibilityState === "visible" && document.hasFocus() && this.#acts.recent && this.#isShown;
  }

  get #isShown() {
    return this.#thread.checkVisibility();
  }

  #say(looking) {
    this.#said = this.#connection.send({ type: "looking", chat_id: this.#chatId, looking }) && looking;
  }

  #stop() {
    clearTimeout(this.#timer);
    if (this.#said) this.#say(false);
  }
}
