import { sendJson } from "../lib/api.js";

/**
 * Reports to the server how far one conversation was read: once for each message, and again after a lost connection or
 * a refusal. A conversation that its reader marked as unread stays so until it is opened again.
 */
export class ReadReporter {
  #connection;
  #chatId;
  #confirmed;
  #reported;
  #marked;
  /** The report that removes the mark was sent and is not confirmed yet. */
  #unmarkSent = false;
  #paused;

  /** `marked`: the conversation is marked as unread, and is opened, or only shown beside the list (`paused`). */
  constructor(connection, chatId, confirmed, { marked = false, paused = false } = {}) {
    this.#connection = connection;
    this.#chatId = chatId;
    this.#marked = marked;
    this.#paused = paused;
    this.#confirmed = this.#reported = confirmed;
  }

  get reported() {
    return this.#reported;
  }

  get paused() {
    return this.#paused;
  }

  /** The reader has seen this message and all before it. */
  markRead(messageId) {
    const unmarks = this.#marked && !this.#unmarkSent;
    if (this.#paused || (messageId <= this.#reported && !unmarks)) return;
    this.#unmarkSent = this.#marked;
    this.#reported = Math.max(messageId, this.#reported);
    const left = this.#connection.send({ type: "read", chat_id: this.#chatId, up_to: this.#reported });
    if (!left) this.#overHttp(this.#reported);
  }

  /**
   * The reader looks at the thread: that alone removes the unread mark. `newestId` is its newest message, or 0 while
   * something in it is unread.
   */
  markViewed(newestId) {
    const upTo = this.#reported || newestId;
    if (this.#marked && !this.#unmarkSent && upTo) this.markRead(upTo);
  }

  pause() {
    this.#marked = this.#paused = true;
    this.#unmarkSent = false;
  }

  /** `marked`: the server still has the mark. */
  resume({ marked = false } = {}) {
    this.#marked = marked;
    this.#paused = this.#unmarkSent = false;
  }

  confirm(messageId) {
    this.#confirmed = Math.max(this.#confirmed, messageId);
    this.#reported = Math.max(this.#reported, messageId);
  }

  /** A report that is not confirmed may have been lost or refused. */
  repeat() {
    const reported = this.#reported;
    if (reported <= this.#confirmed && !this.#unmarkSent) return;
    this.#reported = this.#confirmed;
    this.#unmarkSent = false;
    this.markRead(reported);
  }

  // Internal

  async #overHttp(messageId) {
    try {
      await sendJson("PUT", `/api/chat/messages/${this.#chatId}/read`, { up_to_message_id: messageId });
      this.confirm(messageId);
      if (this.#unmarkSent) this.#marked = this.#unmarkSent = false;
    } catch {
      // `repeat` reports it again once the connection is back.
    }
  }
}
