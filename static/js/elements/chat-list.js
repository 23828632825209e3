import { chatLink } from "../connection/chat-link.js";
import { TypingWatch } from "../connection/typing.js";
import { onNewDay } from "../lib/new-day.js";
import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { ListRow } from "../list/list-row.js";
import { ListSearch } from "../list/list-search.js";
import { listSource } from "../list/list-source.js";
import { ListSync } from "../list/list-sync.js";
import { RowParts } from "../list/row-parts.js";

/** The conversations of a person, newest first. Updated by events; fetched again after a gap. Event: `unread`. */
export class ChatList extends HTMLElement {
  #clock = new Clock();
  #list;
  #more;
  #parts;
  #search;
  #sync;
  #unread = 0;
  #listening = null;
  #typing = new Map();

  // Lifecycle

  connectedCallback() {
    this.#list = this.querySelector("ul.conversations");
    this.#more = this.querySelector("[data-more]");
    this.#parts = new RowParts(this.querySelector("#row-parts"));
    this.#search = new ListSearch(this, () => this.#sync.ask());
    this.#sync = new ListSync({
      search: this.#search,
      seqOf: (chatId) => this.#find(chatId) && Number(this.#find(chatId).dataset.seq),
      onPart: (answer) => this.#showPart(answer),
      onRow: (chatId, answer) => this.#showRow(chatId, answer),
    });
    this.#listening = new AbortController();
    this.#listen(this.#listening.signal);
    const renameTimes = () => this.#rows.forEach((row) => this.#row(row).refreshTime());
    onNewDay(this.#clock, renameTimes, this.#listening.signal);
    this.#rows.forEach((row) => this.#adopt(row));
    this.#setUnread(Number(this.#list.dataset.unread));
    this.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#search.stop();
    this.#sync.stop();
    this.#typing.forEach((watch) => watch.stop());
  }

  #listen(signal) {
    chatLink().addEventListener("catch-up", () => this.#sync.ask(), { signal });
    const inOrder = (type, handle) =>
      chatLink().addEventListener(type, ({ detail }) => this.#sync.inOrder(detail, () => handle(detail)), { signal });
    inOrder("message.created", (detail) => this.#received(detail));
    inOrder("message.changed", (detail) => this.#changed(detail));
    inOrder("chat.read", (detail) => this.#read(detail));
    inOrder("chat.delivered", (detail) => this.#delivered(detail));
    chatLink().addEventListener("chat.changed", ({ detail }) => this.#sync.askRow(detail.chat_id), { signal });
    chatLink().addEventListener("chat.seq", ({ detail }) => this.#stands(detail), { signal });
    chatLink().addEventListener("chat.reachable", ({ detail }) => this.#reachable(detail), { signal });
    chatLink().addEventListener("chat.badge", ({ detail }) => this.#count(detail), { signal });
    chatLink().addEventListener("chat.draft", ({ detail }) => this.#drafted(detail), { signal });
    chatLink().addEventListener("typing", ({ detail }) => this.#typed(detail), { signal });
    this.#search.listen(signal);
    this.#more?.addEventListener("click", (event) => this.#continue(event), { signal });
  }

  // Actions

  /** The conversation above (-1) or below (+1) the open one. */
  neighbour(by) {
    const links = [...this.#list.querySelectorAll("a.conversation")];
    const at = links.findIndex((link) => link.closest("li").dataset.chatId === String(page.chatId));
    return links[at + by];
  }

  // Callbacks

  #received({ chat_id: chatId, seq, message }) {
    this.#sync.markStale();
    const row = this.#find(chatId);
    const isMine = message.sender_id === page.userId;
    // A person who has sent a message is no longer typing.
    if (!isMine) this.#typing.get(chatId)?.receive(false);
    if (this.#search.narrowed) return this.#search.askSoon();
    if (!row) return this.#sync.askRow(chatId);
    if (!this.#follows({ chat_id: chatId, seq })) return;
    this.#setUnread(this.#unread + this.#row(row).receive(message, { isMine }));
    if (row !== this.#list.firstElementChild) this.#toTop(row);
  }

  /** A row shows only the newest message of its conversation, or a reaction that came after it. */
  #changed({ chat_id: chatId, seq, message, last_reaction: reaction }) {
    if (!this.#follows({ chat_id: chatId, seq })) return;
    const isNewest = this.#row(this.#find(chatId)).lastMessageId === message.message_id;
    if (isNewest || reaction !== undefined) this.#sync.askRow(chatId);
  }

  /** Events that led to this `seq` may have been missed. */
  #stands({ chat_id: chatId, seq }) {
    const row = this.#find(chatId);
    if (!row || Number(row.dataset.seq) < seq) this.#sync.askRow(chatId);
  }

  #reachable({ chat_id: chatId }) {
    if (this.#find(chatId)) this.#sync.askRow(chatId);
  }

  /** On one of the reader's devices. What the other side has received changes nothing here. */
  #delivered(delivered) {
    this.#follows(delivered);
    if (delivered.recipient_role === page.role) this.#hasReceived(delivered.chat_id, delivered.up_to);
  }

  /** Only the reader's own event has the unread count. The other side's reading changes nothing here. */
  #read(read) {
    const follows = this.#follows(read);
    if (read.unread_count === undefined) return;
    this.#hasReceived(read.chat_id, read.delivered_up_to);
    if (follows || !this.#find(read.chat_id)) this.#count(read);
  }

  /** A new unread count, or marked as unread. */
  #count({ chat_id: chatId, unread_count: unread, marked_unread: marked }) {
    this.#sync.markStale();
    const row = this.#find(chatId);
    if (!row) return this.#sync.ask();
    this.#setUnread(this.#unread - this.#row(row).unread + unread);
    this.#row(row).setUnread(unread, { marked });
  }

  #drafted({ chat_id: chatId, draft }) {
    const row = this.#find(chatId);
    if (row) this.#row(row).setDraft(draft?.message_text);
  }

  #typed({ chat_id: chatId, typing }) {
    if (!this.#typing.has(chatId)) {
      this.#typing.set(chatId, new TypingWatch((shown) => this.#showTyping(chatId, shown)));
    }
    this.#typing.get(chatId).receive(typing);
  }

  async #continue(event) {
    event.preventDefault();
    const { rows, more, next } = await listSource.rows(this.#list.dataset.next).catch(() => ({}));
    if (!rows) return;
    rows.forEach((row) => this.#find(row.dataset.chatId) ?? this.#list.append(this.#adopt(row)));
    this.#offerMore(more, next);
  }

  // Internal

  /** True when the event completes its row. After a gap the row is fetched. */
  #follows({ chat_id: chatId, seq }) {
    const row = this.#find(chatId);
    if (!row || !this.#sync.follows(chatId, seq)) return false;
    row.dataset.seq = seq;
    return true;
  }

  #showPart({ rows, more, next, unread }) {
    this.#replace(rows, { keepRest: !this.#search.narrowed && this.#rows.length > rows.length && more });
    if (this.#rows.length === rows.length) this.#offerMore(more, next);
    this.#setUnread(unread);
    this.#search.show(rows.length === 0);
  }

  /** Rows of further pages stay below the new ones. */
  #replace(rows, { keepRest }) {
    const focused = document.activeElement?.closest?.("li[data-chat-id]")?.dataset.chatId;
    const fresh = new Set(rows.map((row) => row.dataset.chatId));
    const rest = keepRest ? this.#rows.filter((row) => !fresh.has(row.dataset.chatId)) : [];
    this.#list.replaceChildren(...rows.map((row) => this.#adopt(row)), ...rest);
    if (focused) this.#focus(focused);
  }

  #showRow(chatId, { rows, unread }) {
    const old = this.#find(chatId);
    const row = this.#adopt(rows[0]);
    const focused = old?.contains(document.activeElement);
    const stays = old && this.#row(old).lastMessageId === this.#row(row).lastMessageId;
    if (stays) old.replaceWith(row);
    else this.#place(row, old);
    if (focused) this.#focus(chatId);
    this.#setUnread(unread);
    this.#search.show(false);
  }

  /** Newest first. A conversation without a message has just been opened. */
  #place(row, old) {
    old?.remove();
    const newest = this.#row(row).lastMessageId || Infinity;
    this.#list.insertBefore(row, this.#rows.find((other) => this.#row(other).lastMessageId < newest) ?? null);
  }

  #hasReceived(chatId, upTo) {
    const row = this.#find(chatId);
    if (row) this.#row(row).delivered(upTo);
  }

  #showTyping(chatId, typing) {
    const row = this.#find(chatId);
    if (row) this.#row(row).setTyping(typing);
  }

  #toTop(row) {
    const focused = row.contains(document.activeElement);
    this.#list.prepend(row);
    if (focused) this.#focus(row.dataset.chatId);
  }

  #focus(chatId) {
    this.#find(chatId)?.querySelector("a").focus({ preventScroll: true });
  }

  #adopt(row) {
    const link = row.querySelector("a.conversation");
    if (row.dataset.chatId === String(page.chatId)) link.setAttribute("aria-current", "page");
    const { undelivered } = this.#row(row);
    if (undelivered) chatLink().deliveryReporter.received(Number(row.dataset.chatId), undelivered);
    this.#row(row).refreshTime();
    return row;
  }

  #offerMore(more, next) {
    this.#list.dataset.next = next;
    if (this.#more) this.#more.hidden = !more;
  }

  #setUnread(unread) {
    this.#unread = Math.max(0, unread);
    this.dispatchEvent(new CustomEvent("unread", { detail: this.#unread }));
  }

  get #rows() {
    return [...this.#list.children];
  }

  #row(row) {
    return new ListRow(row, { clock: this.#clock, parts: this.#parts });
  }

  #find(chatId) {
    return this.#list.querySelector(`#conversation-${chatId}`);
  }
}
