import { sendJson } from "../lib/api.js";
import { page } from "../lib/page.js";

// Long enough for a message on screen to be reported as read, which implies delivered.
const FIRST_AFTER = 300;
const EVERY = 1_000;

/** Reports to the server what this device has received, seen or not: at most once a second for each chat. */
export class DeliveryReporter {
  #link;
  #chats = new Map();

  constructor(link) {
    this.#link = link;
  }

  listen() {
    const link = this.#link;
    link.addEventListener("message.created", ({ detail }) => this.#created(detail));
    link.addEventListener("chat.delivered", ({ detail }) => this.#delivered(detail));
    link.addEventListener("chat.read", ({ detail }) => this.#read(detail));
    link.addEventListener("catch-up", () => this.#chats.forEach((chat, chatId) => this.#repeat(chatId, chat)));
    link.addEventListener("report-again", ({ detail }) => this.#repeat(detail.chat_id, this.#chat(detail.chat_id)));
  }

  // Actions

  /** This device has a message of the other side, and all before it. */
  received(chatId, messageId) {
    const chat = this.#chat(chatId);
    chat.received = Math.max(chat.received, messageId);
    this.#reportSoon(chatId, chat);
  }

  /** The server has recorded everything up to this message as delivered. */
  confirm(chatId, messageId) {
    const chat = this.#chat(chatId);
    chat.confirmed = Math.max(chat.confirmed, messageId ?? 0);
  }

  // Callbacks

  #created({ chat_id: chatId, message }) {
    if (message.sender_id !== page.userId) this.received(chatId, message.message_id);
  }

  /** Reported by this device or another one of the reader. */
  #delivered({ chat_id: chatId, recipient_role: role, up_to: upTo }) {
    if (role === page.role) this.confirm(chatId, upTo);
  }

  /** What is read is delivered. */
  #read({ chat_id: chatId, reader_role: role, delivered_up_to: upTo }) {
    if (role === page.role) this.confirm(chatId, upTo);
  }

  /** A report may have been lost with the connection, or was refused. */
  #repeat(chatId, chat) {
    chat.reported = chat.confirmed;
    this.#reportSoon(chatId, chat);
  }

  // Internal

  #chat(chatId) {
    if (!this.#chats.has(chatId)) {
      this.#chats.set(chatId, { received: 0, reported: 0, confirmed: 0, reportedAt: -Infinity, timer: null });
    }
    return this.#chats.get(chatId);
  }

  #reportSoon(chatId, chat) {
    if (chat.timer || isReported(chat)) return;
    const wait = Math.max(FIRST_AFTER, chat.reportedAt + EVERY - performance.now());
    chat.timer = setTimeout(() => this.#report(chatId, chat), wait);
  }

  #report(chatId, chat) {
    chat.timer = null;
    if (isReported(chat)) return;
    const upTo = chat.received;
    const left = this.#link.connection.send({ type: "delivered", chat_id: chatId, up_to: upTo });
    // While the first connection opens there is nothing to do: `catch-up` follows once it is open.
    if (!left && this.#link.state !== "reconnecting") return;
    chat.reported = upTo;
    chat.reportedAt = performance.now();
    if (!left) this.#overHttp(chatId, upTo);
  }

  async #overHttp(chatId, messageId) {
    try {
      await sendJson("PUT", `/api/chat/messages/${chatId}/delivered`, { up_to_message_id: messageId });
      this.confirm(chatId, messageId);
    } catch {
      // Reported again once the connection is back.
    }
  }
}

/** Everything received is reported, or recorded by the server already. */
function isReported({ received, reported, confirmed }) {
  return received <= Math.max(reported, confirmed);
}
