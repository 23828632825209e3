import { sendJson } from "../lib/api.js";

/** Tells the server how far one conversation was read; never twice for the same message, again after a lost connection. */
export class Reading {
  #connection;
  #chatId;
  #confirmed;
  #told;

  constructor(connection, chatId, confirmed) {
    this.#connection = connection;
    this.#chatId = chatId;
    this.#confirmed = this.#told = confirmed;
  }

  get told() {
    return this.#told;
  }

  /** This message and all before it were on screen, in front of the reader's eyes. */
  saw(messageId) {
    if (messageId <= this.#told) return;
    this.#told = messageId;
    const left = this.#connection.send({ type: "read", chat_id: this.#chatId, up_to: messageId });
    if (!left) this.#overHttp(messageId);
  }

  confirm(messageId) {
    this.#confirmed = Math.max(this.#confirmed, messageId);
    this.#told = Math.max(this.#told, messageId);
  }

  /** What was told before the connection fell may not have arrived. */
  repeat() {
    const told = this.#told;
    this.#told = this.#confirmed;
    this.saw(told);
  }

  // Internal

  async #overHttp(messageId) {
    try {
      await sendJson("PUT", `/api/chat/messages/${this.#chatId}/read`, { up_to_message_id: messageId });
      this.confirm(messageId);
    } catch {
      // Told again by `repeat` once the connection is back.
    }
  }
}
