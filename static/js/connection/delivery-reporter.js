import { sendJson } from "../lib/api.js";
import { page } from "../lib/page.js";

// Long enough for words on screen to be told as read, which says more.
const FIRST_AFTER = 300;
const EVERY = 1_000;

/** Tells the server what this device has received, looked at or not: at most once a second in each conversation. */
export class DeliveryReporter {
  #line;
  #chats = new Map();

  constructor(line) {
    this.#line = line;
    line.addEventListener("message.created", ({ detail }) => this.#received(detail));
    line.addEventListener("chat.delivered", ({ detail }) => this.#told(detail.recipient_role, detail.chat_id, detail.up_to));
    line.addEventListener("chat.read", ({ detail }) => this.#told(detail.reader_role, detail.chat_id, detail.delivered_up_to));
    line.addEventListener("catch-up", () => this.#chats.forEach((chat, chatId) => this.#repeat(chatId, chat)));
    line.addEventListener("tell-again", ({ detail }) => this.#repeat(detail.chat_id, this.#chat(detail.chat_id)));
  }

  // Actions

  /** A message of the other side is here, and all before it. */
  holds(chatId, messageId) {
    const chat = this.#chat(chatId);
    chat.held = Math.max(chat.held, messageId);
    this.#tellSoon(chatId, chat);
  }

  /** The server knows of everything up to this message. */
  confirm(chatId, messageId) {
    const chat = this.#chat(chatId);
    chat.confirmed = Math.max(chat.confirmed, messageId ?? 0);
  }

  // Callbacks

  #received({ chat_id: chatId, message }) {
    if (message.sender_id !== page.userId) this.holds(chatId, message.message_id);
  }

  /** By another device, or by this one in reading. */
  #told(role, chatId, upTo) {
    if (role === page.role) this.confirm(chatId, upTo);
  }

  /** What was told before the line fell may not have arrived, or was refused. */
  #repeat(chatId, chat) {
    chat.told = chat.confirmed;
    this.#tellSoon(chatId, chat);
  }

  // Internal

  #chat(chatId) {
    if (!this.#chats.has(chatId)) this.#chats.set(chatId, { held: 0, told: 0, confirmed: 0, toldAt: -Infinity, timer: null });
    return this.#chats.get(chatId);
  }

  #tellSoon(chatId, chat) {
    if (chat.timer || known(chat)) return;
    const wait = Math.max(FIRST_AFTER, chat.toldAt + EVERY - performance.now());
    chat.timer = setTimeout(() => this.#tell(chatId, chat), wait);
  }

  #tell(chatId, chat) {
    chat.timer = null;
    if (known(chat)) return;
    const upTo = chat.held;
    const left = this.#line.connection.send({ type: "delivered", chat_id: chatId, up_to: upTo });
    // A line that is only being opened says so by catching up.
    if (!left && this.#line.state !== "reconnecting") return;
    chat.told = upTo;
    chat.toldAt = performance.now();
    if (!left) this.#overHttp(chatId, upTo);
  }

  async #overHttp(chatId, messageId) {
    try {
      await sendJson("PUT", `/api/chat/messages/${chatId}/delivered`, { up_to_message_id: messageId });
      this.confirm(chatId, messageId);
    } catch {
      // Told again once the connection is back.
    }
  }
}

/** Nothing is held that was not told, or that the server does not know already. */
function known({ held, told, confirmed }) {
  return held <= Math.max(told, confirmed);
}
