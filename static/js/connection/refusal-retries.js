import { TEMPORARY } from "../lib/api.js";
import { Backoff } from "../lib/backoff.js";

const QUIET = 60_000;

/**
 * What the server refuses for now and not for good, on a line that stays open: the line says `tell-again` for its chat a while
 * later, longer each time. An error names the chat and not the frame it answers, so that all which is told and not confirmed counts
 * as lost. A message has a `client_id` and its own way (Courier).
 */
export class RefusalRetries {
  #line;
  #chats = new Set();
  #timer = null;
  #heardAt = -Infinity;
  #backoff = new Backoff();

  constructor(line) {
    this.#line = line;
    line.addEventListener("error", ({ detail }) => this.#heard(detail));
    // Everything is told again then.
    line.connection.addEventListener("lost", () => this.#forget());
  }

  // Callbacks

  #heard({ code, chat_id: chatId, client_id: clientId }) {
    if (!TEMPORARY.has(code) || !chatId || clientId) return;
    if (performance.now() - this.#heardAt > QUIET) this.#backoff.reset();
    this.#heardAt = performance.now();
    this.#chats.add(chatId);
    this.#timer ??= setTimeout(() => this.#tell(), this.#backoff.next());
  }

  // Internal

  #tell() {
    const chats = [...this.#chats];
    this.#forget();
    for (const chatId of chats) this.#line.dispatchEvent(new CustomEvent("tell-again", { detail: { chat_id: chatId } }));
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#chats.clear();
  }
}
