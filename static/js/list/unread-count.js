import { getJson } from "../lib/api.js";
import { Backoff } from "../lib/backoff.js";

const TOGETHER = 150;

/** The number of unread messages where no list counts them: events say when to ask for it, the server how many there are. */
export class UnreadCount {
  #line;
  #show;
  #asked = null;
  #timer = null;
  #backoff = new Backoff();

  constructor(line, show) {
    this.#line = line;
    this.#show = show;
    for (const event of ["message.created", "chat.read", "chat.badge", "chat.changed", "chat.seq"]) {
      line.addEventListener(event, () => this.#askIn(TOGETHER));
    }
    line.addEventListener("catch-up", () => this.#askIn(0));
  }

  // Internal

  #askIn(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  /** The last question counts; one without an answer is asked again, unless coming back will ask it anyway. */
  async #ask() {
    const asked = (this.#asked = {});
    try {
      const { unread } = await getJson("/chat/unread");
      if (asked !== this.#asked) return;
      this.#backoff.reset();
      this.#show(unread);
    } catch (error) {
      if (asked === this.#asked && this.#line.state === "live" && error.temporary) this.#askIn(this.#backoff.next());
    }
  }
}
