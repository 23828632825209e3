import { page } from "../lib/page.js";

const LINES = ".conversation__last, .conversation__draft, .conversation__typing";

/** One conversation in the list, updated by events. `parts` (RowParts) are what the server draws in a row. */
export class ListRow {
  #row;
  #clock;
  #parts;

  constructor(row, { clock, parts }) {
    this.#row = row;
    this.#clock = clock;
    this.#parts = parts;
  }

  get unread() {
    return Number(this.#link.dataset.unread ?? 0);
  }

  get lastMessageId() {
    return Number(this.#row.dataset.lastMessageId);
  }

  /** The newest message that the server has not recorded as delivered to the reader; 0 when it has. */
  get undelivered() {
    return Number(this.#row.dataset.undelivered ?? 0);
  }

  // Actions

  /** Show a new last message; one of the other person is unread. Returns by how much the badge grew. */
  receive(message, { isMine }) {
    if (message.message_id <= this.lastMessageId) return 0;
    this.#row.dataset.lastMessageId = message.message_id;
    delete this.#row.dataset.reactedAt;
    this.#draw(".conversation__last", this.#parts.last(message, { isMine }));
    this.#draw("time", this.#parts.time(message.created_at, this.#brief(message.created_at)), ".conversation__name");
    if (isMine) {
      delete this.#row.dataset.undelivered;
      delete this.#row.dataset.awaits;
      return 0;
    }
    this.#row.dataset.awaits = "";
    this.#row.dataset.undelivered = message.message_id;
    const grows = "onlyMarked" in this.#row.dataset ? 0 : 1;
    this.setUnread(this.unread + grows);
    return grows;
  }

  /** The server has recorded everything up to this message as delivered to the reader. */
  delivered(upTo) {
    if (this.undelivered <= upTo) delete this.#row.dataset.undelivered;
  }

  /** Whether it is the conversation beside the list. */
  markOpen() {
    if (this.#row.dataset.chatId === String(page.chatId)) this.#link.setAttribute("aria-current", "page");
    else this.#link.removeAttribute("aria-current");
  }

  /** `marked`: marked as unread, which counts as one while no message is unread. */
  setUnread(count, { marked = false } = {}) {
    if (!marked) delete this.#row.dataset.onlyMarked;
    else if (this.unread === 0) this.#row.dataset.onlyMarked = "";
    if (count === 0) delete this.#link.dataset.unread;
    else this.#link.dataset.unread = count;
    this.#draw(".badge", count > 0 && this.#parts.badge(count), LINES);
  }

  /** The reader's draft. CSS shows it instead of the last message, which stays in the row. */
  setDraft(text) {
    this.#draw(".conversation__draft", text && this.#parts.draft(text), ".conversation__last");
  }

  /** Shown instead of the draft and the last message, which stay in the row. */
  setTyping(typing) {
    this.#draw(".conversation__typing", typing && this.#parts.typing(), ".conversation__last");
  }

  /** Yesterday's "10:32" becomes "Hier". */
  refreshTime() {
    const time = this.#row.querySelector("time");
    if (time) time.textContent = this.#brief(time.dateTime);
  }

  // Internal

  get #link() {
    return this.#row.querySelector("a.conversation");
  }

  #brief(at) {
    return this.#clock.brief(new Date(at));
  }

  /** The part replaces the one in the row, or follows the last of `before`. Without a part the old one is removed. */
  #draw(selector, part, before) {
    const shown = this.#row.querySelector(selector);
    if (!part) shown?.remove();
    else if (shown) shown.replaceWith(part);
    else [...this.#row.querySelectorAll(before)].at(-1).after(part);
  }
}
