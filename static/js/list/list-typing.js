import { TypingWatch } from "../connection/typing.js";

/** Who is typing, by conversation. `show(chatId, typing)` is called for each frame and when one expires. */
export class ListTyping {
  #show;
  #watches = new Map();

  constructor(show) {
    this.#show = show;
  }

  receive(chatId, typing) {
    if (!this.#watches.has(chatId)) {
      this.#watches.set(chatId, new TypingWatch((shown) => this.#show(chatId, shown)));
    }
    this.#watches.get(chatId).receive(typing);
  }

  /** A person who has sent a message is no longer typing. */
  sent(chatId) {
    this.#watches.get(chatId)?.receive(false);
  }

  stop() {
    this.#watches.forEach((watch) => watch.stop());
  }
}
