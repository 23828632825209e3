import { pageLock } from "../lib/page-lock.js";

/** Locks the page with the link: nothing is sent or received meanwhile, and what waits is sent afterwards. */
export class Locked {
  #link;
  #root;
  #page = pageLock();

  /** `link` is the ChatLink, `root` the document. */
  constructor(link, root) {
    this.#link = link;
    this.#root = root;
  }

  listen() {
    const { connection } = this.#link;
    connection.addEventListener("locked", () => this.#page.lock());
    connection.addEventListener("expired", () => this.#page.stop());
    this.#page.addEventListener("hidden", () => this.#hidden());
    this.#page.addEventListener("shown", () => connection.unlock());
  }

  // Callbacks

  /** Only now: on their way out of the page, its parts have saved what was written. */
  #hidden() {
    this.#link.connection.lock();
    const line = this.#root.querySelector("[data-waiting]");
    line.hidden = !this.#link.outbox.isWaiting;
  }
}
