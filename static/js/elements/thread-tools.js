import { chatLink } from "../connection/chat-link.js";
import { sendJson } from "../lib/api.js";
import { reason, t } from "../lib/words.js";

/** The menu of a conversation. The server's answer is dispatched as `chat.badge`, the event that it also sends. */
export class ThreadTools extends HTMLElement {
  #chatId;
  #listening = null;

  // Lifecycle

  connectedCallback() {
    this.#chatId = Number(this.dataset.chatId);
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#form.addEventListener("submit", (event) => this.#markUnread(event), { signal });
    this.#menu.addEventListener("toggle", () => this.#showFailure(""), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Callbacks

  async #markUnread(event) {
    event.preventDefault();
    try {
      const { unread_count: unread } = await sendJson("PUT", `/api/chat/chats/${this.#chatId}/unread`, {});
      const detail = { chat_id: this.#chatId, unread_count: unread, marked_unread: true };
      chatLink().dispatchEvent(new CustomEvent("chat.badge", { detail }));
      this.#leave();
    } catch (error) {
      if (!error.code) throw error;
      if (!error.shutOut) this.#showFailure(error.temporary ? t("not_marked_unread") : reason(error.code));
    }
  }

  // Internal

  get #form() {
    return this.querySelector("[data-mark-unread]");
  }

  get #menu() {
    return this.querySelector("[popover]");
  }

  /** Where the thread covers the list, go to the list, which shows the badge. */
  #leave() {
    this.#menu.hidePopover?.();
    if (document.querySelector("chat-list")?.offsetParent) return;
    location.assign(this.dataset.listUrl);
  }

  #showFailure(words) {
    this.querySelector("[data-failure]").textContent = words;
  }
}
