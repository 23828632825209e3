import { Backoff } from "../lib/backoff.js";

/** Loads older messages when the top of the thread comes near. `load()` resolves with whether more remain. */
export class History {
  #observer;
  #sentinel;
  #load;
  #loading = false;
  #backoff = new Backoff();
  #timer = null;

  constructor({ scroller, sentinel, load }) {
    this.#sentinel = sentinel;
    this.#load = load;
    this.#observer = new IntersectionObserver((entries) => this.#seen(entries.at(-1)), { root: scroller, rootMargin: "600px 0px" });
  }

  start() {
    this.#sentinel.hidden = false;
    this.#observer.observe(this.#sentinel);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  /** The sentinel is also the link that readers without scripts follow. */
  follow(event) {
    event.preventDefault();
    this.#fetch();
  }

  // Callbacks

  #seen({ isIntersecting }) {
    if (isIntersecting) this.#fetch();
  }

  // Internal

  async #fetch() {
    if (this.#loading) return;
    this.#loading = true;
    try {
      if (await this.#load()) this.#lookAgain();
      else this.#finish();
      this.#backoff.reset();
    } catch (error) {
      if (!error.signedOut) this.#timer = setTimeout(() => this.#lookAgain(), this.#backoff.next());
    }
    this.#loading = false;
  }

  #finish() {
    this.stop();
    this.#sentinel.hidden = true;
  }

  /** The observer speaks only when something changed; the top may still be near. */
  #lookAgain() {
    this.#observer.unobserve(this.#sentinel);
    this.#observer.observe(this.#sentinel);
  }
}
