import { getJson } from "../lib/api.js";
import { Backoff } from "../lib/backoff.js";
import { page } from "../lib/page.js";

const COALESCE = 150;
const CONFIRM = 10_000;
const PAUSE = 3_000;

/**
 * The number of unread messages on pages without the list. A message that arrives adds one; the server, which knows the
 * chats, is asked for the number a little later, and soon after events that may lower it.
 */
export class UnreadCount {
  #link;
  #show;
  /** null until the server has answered. */
  #count = null;
  /** The request that is under way. */
  #asked = null;
  #askedAt = -Infinity;
  #timer = null;
  #due = Infinity;
  #backoff = new Backoff();

  /** `show(count)` is called whenever it changes, and with each answer. */
  constructor(link, show) {
    this.#link = link;
    this.#show = show;
  }

  listen() {
    this.#link.addEventListener("message.created", ({ detail }) => this.#received(detail));
    this.#link.addEventListener("chat.read", ({ detail }) => this.#read(detail));
    for (const event of ["chat.badge", "chat.seq"]) {
      this.#link.addEventListener(event, () => this.#askSoon());
    }
    this.#link.addEventListener("catch-up", () => this.#askIn(0));
  }

  // Callbacks

  #received({ message }) {
    if (message.system || message.sender_id === page.userId) return;
    // The answer that is on its way may have counted it.
    if (this.#asked || this.#count === null) return this.#askSoon();
    this.#show((this.#count += 1));
    this.#askIn(CONFIRM);
  }

  /** Only the reader's own event has the unread count. */
  #read({ unread_count: unread }) {
    if (unread !== undefined) this.#askSoon();
  }

  // Internal

  /** Somebody who reads on another device reads each message: a request for each would be too many. */
  #askSoon() {
    this.#askIn(Math.max(COALESCE, this.#askedAt + PAUSE - performance.now()));
  }

  /** The soonest request wins, so that a stream of events cannot push it away. */
  #askIn(wait) {
    const due = performance.now() + wait;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  /** Only the answer to the last request is used. A failed one is repeated, unless a reconnect will do that. */
  async #ask() {
    this.#due = Infinity;
    this.#askedAt = performance.now();
    const asked = (this.#asked = {});
    try {
      const { unread } = await getJson("/chat/unread");
      if (asked !== this.#asked) return;
      this.#asked = null;
      this.#backoff.reset();
      this.#show((this.#count = unread));
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#asked = null;
      if (this.#link.state === "live" && error.temporary) this.#askIn(this.#backoff.next());
    }
  }
}
