import { getJson } from "../lib/api.js";
import { Backoff } from "../lib/backoff.js";

const COALESCE = 150;

/** The number of unread messages on pages without the list. It is fetched again after each event that may change it. */
export class UnreadCount {
  #link;
  #show;
  #asked = null;
  #timer = null;
  #backoff = new Backoff();

  /** `show(count)` is called with each answer. */
  constructor(link, show) {
    this.#link = link;
    this.#show = show;
  }

  listen() {
    for (const event of ["message.created", "chat.read", "chat.badge", "chat.changed", "chat.seq"]) {
      this.#link.addEventListener(event, () => this.#askIn(COALESCE));
    }
    this.#link.addEventListener("catch-up", () => this.#askIn(0));
  }

  // Internal

  #askIn(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  /** Only the answer to the last request is used. A failed one is repeated, unless a reconnect will do that. */
  async #ask() {
    const asked = (this.#asked = {});
    try {
      const { unread } = await getJson("/chat/unread");
      if (asked !== this.#asked) return;
      this.#backoff.reset();
      this.#show(unread);
    } catch (error) {
      if (asked !== this.#asked || this.#link.state !== "live" || !error.temporary) return;
      this.#askIn(this.#backoff.next());
    }
  }
}
