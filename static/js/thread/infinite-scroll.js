import { Backoff } from "../lib/backoff.js";

/** Loads more messages when one end of those shown comes near. `load()` resolves with whether more remain. */
export class InfiniteScroll {
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

  /** Hidden, the sentinel says that there is no more for now. It is also the link that readers without scripts follow. */
  listen(signal) {
    this.#sentinel.addEventListener("click", (event) => this.#follow(event), { signal });
    if (!this.#sentinel.hidden) this.start();
  }

  start() {
    this.#sentinel.hidden = false;
    this.#observer.observe(this.#sentinel);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  /** No more remains. */
  finish() {
    this.stop();
    this.#sentinel.hidden = true;
  }

  // Callbacks

  #follow(event) {
    event.preventDefault();
    this.#fetch();
  }

  #seen({ isIntersecting }) {
    if (isIntersecting) this.#fetch();
  }

  // Internal

  async #fetch() {
    if (this.#loading) return;
    this.#loading = true;
    try {
      if (await this.#load()) this.#lookAgain();
      else this.finish();
      this.#backoff.reset();
    } catch (error) {
      if (!error.signedOut) this.#timer = setTimeout(() => this.#lookAgain(), this.#backoff.next());
    }
    this.#loading = false;
  }

  /** The observer speaks only when something changed; the end may still be near. */
  #lookAgain() {
    this.#observer.unobserve(this.#sentinel);
    this.#observer.observe(this.#sentinel);
  }
}
