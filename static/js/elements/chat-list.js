import { chatLink } from "../connection/chat-link.js";
import { TypingWatch } from "../connection/typing.js";
import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { ListRow } from "../list/list-row.js";
import { ListSearch } from "../list/list-search.js";
import { listSource } from "../list/list-source.js";
import { ListSync } from "../list/list-sync.js";

/** The conversations of a person, newest first, kept in step by events; asked for anew when some are missing. Event: `unread`. */
export class ChatList extends HTMLElement {
  #clock = new Clock();
  #list;
  #more;
  #search;
  #feed;
  #unread = 0;
  #listening = null;
  #minute = null;
  #typing = new Map();

  // Lifecycle

  connectedCallback() {
    this.#list = this.querySelector("ul.conversations");
    this.#more = this.querySelector("[data-more]");
    this.#search = new ListSearch(this, () => this.#feed.ask());
    this.#feed = new ListSync({
      search: this.#search,
      seqOf: (chatId) => Number(this.#find(chatId)?.dataset.seq ?? 0),
      onPart: (answer) => this.#showPart(answer),
      onRow: (chatId, answer) => this.#showRow(chatId, answer),
    });
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
    this.#feed.stop();
    clearInterval(this.#minute);
    this.#typing.forEach((watch) => watch.stop());
  }

  #listen(signal) {
    chatLink().addEventListener("catch-up", () => this.#feed.ask(), { signal });
    chatLink().addEventListener("message.created", ({ detail }) => this.#received(detail), { signal });
    chatLink().addEventListener("message.changed", ({ detail }) => this.#changed(detail), { signal });
    chatLink().addEventListener("chat.changed", ({ detail }) => this.#feed.askRow(detail.chat_id), { signal });
    chatLink().addEventListener("chat.seq", ({ detail }) => this.#stands(detail), { signal });
    chatLink().addEventListener("chat.reachable", ({ detail }) => this.#reachable(detail), { signal });
    chatLink().addEventListener("chat.read", ({ detail }) => this.#read(detail), { signal });
    chatLink().addEventListener("chat.delivered", ({ detail }) => this.#follows(detail), { signal });
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
    this.#feed.doubt();
    const row = this.#find(chatId);
    const isMine = message.sender_id === page.userId;
    // Whoever has written has stopped writing.
    if (!isMine) this.#typing.get(chatId)?.heard(false);
    if (this.#search.narrowed) return this.#search.askSoon();
    if (!row) return this.#feed.askRow(chatId);
    if (!this.#follows({ chat_id: chatId, seq })) return;
    this.#tell(this.#unread + this.#row(row).receive(message, { isMine }));
    if (row !== this.#list.firstElementChild) this.#toTop(row);
  }

  /** What a row shows of its conversation is the newest message. */
  #changed({ chat_id: chatId, seq, message }) {
    const follows = this.#follows({ chat_id: chatId, seq });
    if (follows && this.#row(this.#find(chatId)).lastMessageId === message.message_id) this.#feed.askRow(chatId);
  }

  /** Somebody may have missed what led to this number. */
  #stands({ chat_id: chatId, seq }) {
    const row = this.#find(chatId);
    if (!row || Number(row.dataset.seq) < seq) this.#feed.askRow(chatId);
  }

  #reachable({ chat_id: chatId }) {
    if (this.#find(chatId)) this.#feed.askRow(chatId);
  }

  /** Only the reader is told how many are left; the other side's reading changes nothing here. */
  #read(read) {
    const follows = this.#follows(read);
    if (read.unread_count === undefined) return;
    if (follows || !this.#find(read.chat_id)) this.#count(read);
  }

  /** What is left, or that it was put back to unread. */
  #count({ chat_id: chatId, unread_count: unread, marked_unread: marked }) {
    this.#feed.doubt();
    const row = this.#find(chatId);
    if (!row) return this.#feed.ask();
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

  /** Whether an event tells what its row lacks, and nothing before it is missing; else the row is asked for. */
  #follows({ chat_id: chatId, seq }) {
    const row = this.#find(chatId);
    if (!row || !this.#feed.follows(chatId, seq)) return false;
    row.dataset.seq = seq;
    return true;
  }

  #showPart({ rows, more, next, unread }) {
    this.#replace(rows, { keepRest: !this.#search.narrowed && this.#rows.length > rows.length && more });
    if (this.#rows.length === rows.length) this.#offerMore(more, next);
    this.#tell(unread);
    this.#search.show(rows.length === 0);
  }

  /** Rows further down, loaded on demand, stay below the fresh ones. */
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
    this.#tell(unread);
    this.#search.show(false);
  }

  /** Newest first; one without a message was opened just now. */
  #place(row, old) {
    old?.remove();
    const newest = this.#row(row).lastMessageId || Infinity;
    this.#list.insertBefore(row, this.#rows.find((other) => this.#row(other).lastMessageId < newest) ?? null);
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
    if (undelivered) chatLink().delivering.holds(Number(row.dataset.chatId), undelivered);
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
