import { TEMPORARY } from "../lib/api.js";
import { Backoff } from "../lib/backoff.js";

const QUIET = 60_000;

/**
 * Retries of what the server refuses temporarily on an open connection. The link fires `report-again` for the chat
 * after a wait that grows each time. An error names the chat and not the frame that it answers, so every report that
 * is not confirmed counts as lost. Messages have a `client_id` and their own retries (Outbox).
 */
export class RefusalRetries {
  #link;
  #chats = new Set();
  #timer = null;
  #refusedAt = -Infinity;
  #backoff = new Backoff();

  constructor(link) {
    this.#link = link;
  }

  listen() {
    this.#link.addEventListener("error", ({ detail }) => this.#refused(detail));
    // After a lost connection everything is reported again anyway.
    this.#link.connection.addEventListener("lost", () => this.#forget());
  }

  // Callbacks

  #refused({ code, chat_id: chatId, client_id: clientId }) {
    if (!TEMPORARY.has(code) || !chatId || clientId) return;
    if (performance.now() - this.#refusedAt > QUIET) this.#backoff.reset();
    this.#refusedAt = performance.now();
    this.#chats.add(chatId);
    this.#timer ??= setTimeout(() => this.#retry(), this.#backoff.next());
  }

  // Internal

  #retry() {
    const chats = [...this.#chats];
    this.#forget();
    for (const chatId of chats) {
      this.#link.dispatchEvent(new CustomEvent("report-again", { detail: { chat_id: chatId } }));
    }
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#chats.clear();
  }
}
