import { Backoff } from "../lib/backoff.js";

/** Loads the next page when the reader gets near one end of the rows. `load()` resolves with whether more remain. */
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
    const options = { root: scroller, rootMargin: "600px 0px" };
    this.#observer = new IntersectionObserver((entries) => this.#observed(entries.at(-1)), options);
  }

  /** A hidden sentinel: nothing more to load for now. Without scripts the sentinel is the link to the next page. */
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

  /** Nothing more to load. */
  finish() {
    this.stop();
    this.#sentinel.hidden = true;
  }

  // Callbacks

  #follow(event) {
    event.preventDefault();
    this.#fetch();
  }

  #observed({ isIntersecting }) {
    if (isIntersecting) this.#fetch();
  }

  // Internal

  async #fetch() {
    if (this.#loading) return;
    this.#loading = true;
    try {
      if (await this.#load()) this.#observeAgain();
      else this.finish();
      this.#backoff.reset();
    } catch (error) {
      if (!error.shutOut) this.#timer = setTimeout(() => this.#observeAgain(), this.#backoff.next());
    }
    this.#loading = false;
  }

  /** An observer fires only on a change, and the end may still be near. */
  #observeAgain() {
    this.#observer.unobserve(this.#sentinel);
    this.#observer.observe(this.#sentinel);
  }
}
