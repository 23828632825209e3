import { getJson } from "../lib/api.js";
import { announce } from "../lib/announce.js";
import { alertPage } from "../lib/page-alert.js";
import { page } from "../lib/page.js";
import { t } from "../lib/words.js";

/**
 * Tells screen readers what arrives outside the conversation that is open, and everybody that a message of another one
 * was refused: with whom, and never a word of it.
 */
export class News {
  #link;
  #root;
  /** The names of people whose rows are not on the page, by chat: promises. */
  #names = new Map();

  /** `link` is the ChatLink, `root` the document. */
  constructor(link, root) {
    this.#link = link;
    this.#root = root;
  }

  listen() {
    this.#link.addEventListener("message.created", ({ detail }) => this.#received(detail));
    this.#link.addEventListener("message.changed", ({ detail }) => this.#changed(detail));
    this.#link.outbox.addEventListener("failed", ({ detail }) => this.#tell(detail.chat_id, "not_sent_to", alertPage));
  }

  // Callbacks

  #received({ chat_id: chatId, message }) {
    if (message.system) this.#tell(chatId, "appointment_with");
    else if (message.sender_id !== page.userId) this.#tell(chatId, "new_message_from");
  }

  #changed({ chat_id: chatId, last_reaction: reaction }) {
    if (!reaction || reaction.user_id === page.userId) return;
    // It was the last one before: another has been removed.
    const isKnown = reaction.created_at <= this.#row(chatId)?.dataset.reactedAt;
    if (!isKnown) this.#tell(chatId, "reaction_from");
  }

  // Internal

  async #tell(chatId, words, tell = announce) {
    if (this.#isOpen(chatId)) return;
    const name = this.#row(chatId)?.dataset.otherName ?? (await this.#ask(chatId));
    if (name && !this.#isOpen(chatId)) tell(t(words, { name }));
  }

  /** On a narrow screen the thread beside the list is not shown. */
  #isOpen(chatId) {
    const thread = this.#root.querySelector("chat-thread");
    return thread?.dataset.chatId === String(chatId) && thread.checkVisibility();
  }

  #row(chatId) {
    return this.#root.querySelector(`#conversation-${chatId}`);
  }

  /** Without an answer nothing is said: the badge shows that something came. */
  async #ask(chatId) {
    if (!this.#names.has(chatId)) this.#names.set(chatId, getJson(`/chat/unread?chat=${chatId}`));
    const { name } = await this.#names.get(chatId).catch(() => ({}));
    if (!name) this.#names.delete(chatId);
    return name;
  }
}
