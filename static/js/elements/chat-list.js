import { chatLink } from "../connection/chat-link.js";
import { onNewDay } from "../lib/new-day.js";
import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { ListRow } from "../list/list-row.js";
import { ListRows } from "../list/list-rows.js";
import { ListSearch } from "../list/list-search.js";
import { listSource } from "../list/list-source.js";
import { ListSync } from "../list/list-sync.js";
import { ListTyping } from "../list/list-typing.js";
import { RowParts } from "../list/row-parts.js";

/** The conversations of a person, newest first. Updated by events; fetched again after a gap. Event: `unread`. */
export class ChatList extends HTMLElement {
  #clock = new Clock();
  #list;
  #rows;
  #more;
  #parts;
  #search;
  #sync;
  #unread = 0;
  #listening = null;
  #typing = new ListTyping((chatId, typing) => this.#showTyping(chatId, typing));

  // Lifecycle

  connectedCallback() {
    this.#list = this.querySelector("ul.conversations");
    this.#rows = new ListRows(this.#list, (row) => this.#row(row).lastMessageId);
    this.#more = this.querySelector("[data-more]");
    this.#parts = new RowParts(this.querySelector("#row-parts"));
    this.#search = new ListSearch(this, () => this.#sync.ask());
    this.#sync = new ListSync({
      search: this.#search,
      seqOf: (chatId) => this.#find(chatId) && Number(this.#find(chatId).dataset.seq),
      onPart: (answer) => this.#showPart(answer),
      onRow: (answer) => this.#showRow(answer),
    });
    this.#listening = new AbortController();
    this.#listen(this.#listening.signal);
    const renameTimes = () => this.#rows.all.forEach((row) => this.#row(row).refreshTime());
    onNewDay(this.#clock, renameTimes, this.#listening.signal);
    this.#rows.all.forEach((row) => this.#adopt(row));
    this.#setUnread(Number(this.#list.dataset.unread));
    this.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#search.stop();
    this.#sync.stop();
    this.#typing.stop();
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
    chatLink().addEventListener(
      "typing",
      ({ detail }) => this.#typing.receive(detail.chat_id, detail.typing),
      { signal },
    );
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

  /** The next row below (1) or above (-1) the open one whose person waits for an answer; after the last the first. */
  toAnswer(by) {
    const rows = by > 0 ? this.#rows.all : this.#rows.all.toReversed();
    const at = rows.indexOf(this.#find(page.chatId));
    const next = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))].find((row) => "awaits" in row.dataset);
    return next?.querySelector("a.conversation");
  }

  /** "" for all. */
  get filter() {
    return this.#search.filter;
  }

  set filter(filter) {
    this.#search.choose(filter);
  }

  /** Another conversation was opened beside the list. A filter leaves it in the list. */
  showOpen() {
    this.#rows.all.forEach((row) => this.#row(row).markOpen());
    this.#sync.markStale();
    const row = this.#find(page.chatId);
    if (!row && this.filter) this.#sync.ask();
    row?.scrollIntoView({ block: "nearest" });
  }

  // Callbacks

  #received({ chat_id: chatId, seq, message }) {
    this.#sync.markStale();
    const row = this.#find(chatId);
    const isMine = message.sender_id === page.userId;
    if (!isMine && !message.system) this.#typing.sent(chatId);
    if (this.#search.narrowed) return this.#search.askSoon();
    // The words of a line that nobody wrote are the server's.
    if (!row || message.system) return this.#sync.askRow(chatId);
    if (!this.#follows({ chat_id: chatId, seq })) return;
    this.#setUnread(this.#unread + this.#row(row).receive(message, { isMine }));
    this.#rows.toTop(row);
  }

  /** A row shows only the newest message of its conversation, or a reaction that came after it. */
  #changed({ chat_id: chatId, seq, message, last_reaction: reaction }) {
    // A filter may leave it in the list now: only the server knows.
    if (this.filter && !this.#find(chatId)) return this.#search.askSoon();
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
    if (this.filter || this.#find(chatId)) this.#sync.askRow(chatId);
  }

  /** On one of the reader's devices. What the other side has received changes nothing here. */
  #delivered(delivered) {
    this.#follows(delivered);
    if (delivered.recipient_role === page.role) this.#hasReceived(delivered.chat_id, delivered.up_to);
  }

  /** Only the reader's own event has the unread count. */
  #read(read) {
    const follows = this.#follows(read);
    if (read.unread_count === undefined) {
      // The row may say that they have not.
      if (this.#find(read.chat_id)?.matches("[data-unseen]")) this.#sync.askRow(read.chat_id);
      return;
    }
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

  async #continue(event) {
    event.preventDefault();
    const { rows, more, next } = await listSource.rows(this.#list.dataset.next).catch(() => ({}));
    if (!rows) return;
    rows.forEach((row) => this.#find(row.dataset.chatId) ?? this.#rows.append(this.#adopt(row)));
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

  #showPart({ rows, more, next, unread, query }) {
    const goesOn = this.#rows.replace(rows.map((row) => this.#adopt(row)), {
      keepRest: !this.#search.narrowed && this.#rows.all.length > rows.length && more,
    });
    if (!goesOn) this.#offerMore(more, next);
    this.#setUnread(unread);
    this.#search.show(this.#rows.all.length === 0, query);
  }

  #showRow({ rows, unread }) {
    this.#rows.redraw(this.#adopt(rows[0]));
    this.#setUnread(unread);
    this.#search.show(false);
  }

  #hasReceived(chatId, upTo) {
    const row = this.#find(chatId);
    if (row) this.#row(row).delivered(upTo);
  }

  #showTyping(chatId, typing) {
    const row = this.#find(chatId);
    if (row) this.#row(row).setTyping(typing);
  }

  #adopt(row) {
    this.#row(row).markOpen();
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

  #row(row) {
    return new ListRow(row, { clock: this.#clock, parts: this.#parts });
  }

  #find(chatId) {
    return this.#rows.find(chatId);
  }
}
