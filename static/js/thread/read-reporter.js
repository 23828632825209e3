import { sendJson } from "../lib/api.js";

/**
 * Tells the server how far one conversation was read; never twice for the same message, again after a lost connection or a refusal.
 * Put back to unread, it stays so until it is opened again.
 */
export class ReadReporter {
  #connection;
  #chatId;
  #confirmed;
  #told;
  #marked;
  /** The server was told to take the mark back, and has not said so yet. */
  #lifted = false;
  #paused;

  /** `marked`: it is opened, or shown (`paused`), while put back to unread. */
  constructor(connection, chatId, confirmed, { marked = false, paused = false } = {}) {
    this.#connection = connection;
    this.#chatId = chatId;
    this.#marked = marked;
    this.#paused = paused;
    this.#confirmed = this.#told = confirmed;
  }

  get told() {
    return this.#told;
  }

  get paused() {
    return this.#paused;
  }

  /** This message and all before it were on screen, in front of the reader's eyes. */
  saw(messageId) {
    const lifts = this.#marked && !this.#lifted;
    if (this.#paused || (messageId <= this.#told && !lifts)) return;
    this.#lifted = this.#marked;
    this.#told = Math.max(messageId, this.#told);
    const left = this.#connection.send({ type: "read", chat_id: this.#chatId, up_to: this.#told });
    if (!left) this.#overHttp(this.#told);
  }

  /**
   * The thread is in front of the reader's eyes: that alone takes back that it was put to unread. `newestId` is its newest message,
   * or 0 while something in it is unread.
   */
  looked(newestId) {
    const upTo = this.#told || newestId;
    if (this.#marked && !this.#lifted && upTo) this.saw(upTo);
  }

  pause() {
    this.#marked = this.#paused = true;
    this.#lifted = false;
  }

  /** `marked` is what the server still holds. */
  resume({ marked = false } = {}) {
    this.#marked = marked;
    this.#paused = this.#lifted = false;
  }

  confirm(messageId) {
    this.#confirmed = Math.max(this.#confirmed, messageId);
    this.#told = Math.max(this.#told, messageId);
  }

  /** What was told and not confirmed may not have arrived, or was refused. */
  repeat() {
    const told = this.#told;
    if (told <= this.#confirmed && !this.#lifted) return;
    this.#told = this.#confirmed;
    this.#lifted = false;
    this.saw(told);
  }

  // Internal

  async #overHttp(messageId) {
    try {
      await sendJson("PUT", `/api/chat/messages/${this.#chatId}/read`, { up_to_message_id: messageId });
      this.confirm(messageId);
      if (this.#lifted) this.#marked = this.#lifted = false;
    } catch {
      // Told again by `repeat` once the connection is back.
    }
  }
}
