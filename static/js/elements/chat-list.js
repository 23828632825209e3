import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { live } from "../models/live.js";
import { ListRow } from "../models/list-row.js";
import { listSource } from "../models/list-source.js";
import { ListSearch } from "../models/list-search.js";
import { TypingWatch } from "../models/typing.js";

/** The conversations of a person, newest first, kept in step by events; asked anew when events may be missing. Event: `unread`. */
export class ChatList extends HTMLElement {
  #clock = new Clock();
  #list;
  #more;
  #search;
  #unread = 0;
  #listening = null;
  #minute = null;
  #asked = null;
  #typing = new Map();

  // Lifecycle

  connectedCallback() {
    this.#list = this.querySelector("ul.conversations");
    this.#more = this.querySelector("[data-more]");
    this.#search = new ListSearch(this, () => this.#ask());
    this.#listening = new AbortController();
    this.#listen(this.#listening.signal);
    this.#minute = setInterval(() => this.#rows.forEach((row) => this.#row(row).refreshTime()), 60_000);
    this.#rows.forEach((row) => this.#adopt(row));
    this.#tell(Number(this.#list.dataset.unread));
    this.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#search.stop();
    clearInterval(this.#minute);
    this.#typing.forEach((watch) => watch.stop());
  }

  #listen(signal) {
    live().addEventListener("catch-up", () => this.#ask(), { signal });
    live().addEventListener("message.created", ({ detail }) => this.#received(detail), { signal });
    live().addEventListener("message.changed", ({ detail }) => this.#changed(detail), { signal });
    live().addEventListener("chat.changed", ({ detail }) => this.#fetchRow(detail.chat_id), { signal });
    live().addEventListener("chat.seq", ({ detail }) => this.#stands(detail), { signal });
    live().addEventListener("chat.reachable", ({ detail }) => this.#redraw(detail.chat_id), { signal });
    live().addEventListener("chat.read", ({ detail }) => this.#read(detail), { signal });
    live().addEventListener("chat.badge", ({ detail }) => this.#read(detail), { signal });
    live().addEventListener("chat.draft", ({ detail }) => this.#drafted(detail), { signal });
    live().addEventListener("typing", ({ detail }) => this.#typed(detail), { signal });
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

  #received({ chat_id: chatId, message }) {
    this.#doubt();
    const row = this.#find(chatId);
    const isMine = message.sender_id === page.userId;
    // Whoever has written has stopped writing.
    if (!isMine) this.#typing.get(chatId)?.heard(false);
    if (this.#search.narrowed) return this.#search.askSoon();
    if (!row) return this.#fetchRow(chatId);
    if (message.message_id <= this.#row(row).lastMessageId) return;
    this.#tell(this.#unread + this.#row(row).receive(message, { isMine }));
    if (row !== this.#list.firstElementChild) this.#toTop(row);
  }

  /** What a row shows of its conversation is the newest message. */
  #changed({ chat_id: chatId, message }) {
    const row = this.#find(chatId);
    if (row && this.#row(row).lastMessageId === message.message_id) this.#redraw(chatId);
  }

  /** Somebody may have missed what led to this number. */
  #stands({ chat_id: chatId, seq }) {
    const row = this.#find(chatId);
    if (!row || Number(row.dataset.seq) < seq) this.#fetchRow(chatId);
  }

  /** Read, or put back to unread. Only the reader is told how many are left; the other side's reading changes nothing here. */
  #read({ chat_id: chatId, unread_count: unread, marked_unread: marked }) {
    if (unread === undefined) return;
    this.#doubt();
    const row = this.#find(chatId);
    if (!row) return this.#ask();
    this.#tell(this.#unread - this.#row(row).unread + unread);
    this.#row(row).setUnread(unread, { marked });
  }

  #drafted({ chat_id: chatId, draft }) {
    const row = this.#find(chatId);
    if (row) this.#row(row).setDraft(draft?.message_text);
  }

  #typed({ chat_id: chatId, typing }) {
    if (!this.#typing.has(chatId)) this.#typing.set(chatId, new TypingWatch((shown) => this.#showTyping(chatId, shown)));
    this.#typing.get(chatId).heard(typing);
  }

  async #continue(event) {
    event.preventDefault();
    const { rows, more, next } = await listSource.rows(this.#list.dataset.next).catch(() => ({}));
    if (!rows) return;
    rows.forEach((row) => this.#find(row.dataset.chatId) ?? this.#list.append(this.#adopt(row)));
    this.#offerMore(more, next);
  }

  // Internal

  /** The present state of the shown part; one question at a time, the last one counts. */
  async #ask() {
    const query = this.#search.query;
    const asked = (this.#asked = {});
    const { rows, more, next, unread } = await listSource.rows(query).catch(() => ({}));
    if (asked !== this.#asked) return;
    this.#asked = null;
    if (!rows) return;
    this.#replace(rows, { keepRest: !this.#search.narrowed && this.#rows.length > rows.length && more });
    if (this.#rows.length === rows.length) this.#offerMore(more, next);
    this.#tell(unread);
    this.#search.show(rows.length === 0);
  }

  /** An answer that is on its way may be older than what an event has just told: ask once more. */
  #doubt() {
    if (this.#asked) this.#search.askSoon();
  }

  /** Rows further down, loaded on demand, stay below the fresh ones. */
  #replace(rows, { keepRest }) {
    const focused = document.activeElement?.closest?.("li[data-chat-id]")?.dataset.chatId;
    const fresh = new Set(rows.map((row) => row.dataset.chatId));
    const rest = keepRest ? this.#rows.filter((row) => !fresh.has(row.dataset.chatId)) : [];
    this.#list.replaceChildren(...rows.map((row) => this.#adopt(row)), ...rest);
    if (focused) this.#focus(focused);
  }

  async #fetchRow(chatId) {
    if (this.#search.narrowed) return this.#search.askSoon();
    const { rows, unread } = await listSource.row(chatId).catch(() => ({ rows: [] }));
    if (!rows.length) return;
    const old = this.#find(chatId);
    const focused = old?.contains(document.activeElement);
    old?.remove();
    this.#place(this.#adopt(rows[0]));
    if (focused) this.#focus(chatId);
    this.#tell(unread);
    this.#search.show(false);
  }

  /** Newest first; one without a message was opened just now. */
  #place(row) {
    const newest = this.#row(row).lastMessageId || Infinity;
    this.#list.insertBefore(row, this.#rows.find((other) => this.#row(other).lastMessageId < newest) ?? null);
  }

  /** The same place, another look. */
  async #redraw(chatId) {
    const { rows, unread } = await listSource.row(chatId).catch(() => ({ rows: [] }));
    const row = this.#find(chatId);
    if (!row || !rows.length) return;
    const focused = row.contains(document.activeElement);
    row.replaceWith(this.#adopt(rows[0]));
    if (focused) this.#focus(chatId);
    this.#tell(unread);
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
    if (undelivered) live().delivering.holds(Number(row.dataset.chatId), undelivered);
    this.#row(row).refreshTime();
    return row;
  }

  #offerMore(more, next) {
    this.#list.dataset.next = next;
    if (this.#more) this.#more.hidden = !more;
  }

  #tell(unread) {
    this.#unread = Math.max(0, unread);
    this.dispatchEvent(new CustomEvent("unread", { detail: this.#unread }));
  }

  get #rows() {
    return [...this.#list.children];
  }

  #row(row) {
    return new ListRow(row, this.#clock);
  }

  #find(chatId) {
    return this.#list.querySelector(`#conversation-${chatId}`);
  }
}
