import { TabDrafts } from "../composer/tab-drafts.js";
import { chatLink } from "../connection/chat-link.js";
import { TypingWatch } from "../connection/typing.js";
import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { Announcer } from "../thread/announcer.js";
import { Gestures } from "../thread/gestures.js";
import { MessageList } from "../thread/message-list.js";
import { OutboxRows } from "../thread/outbox-rows.js";
import { Pins } from "../thread/pins.js";
import { PresenceWatch } from "../thread/presence-watch.js";
import { ReadState } from "../thread/read-state.js";
import { RowTemplates } from "../thread/row-templates.js";
import { ThreadFooter } from "../thread/thread-footer.js";
import { ThreadSync } from "../thread/thread-sync.js";

/** One open conversation: rows from the server, kept in step with it whatever the socket does. */
export class ChatThread extends HTMLElement {
  #chatId;
  #list;
  #feed;
  #marks;
  #pending;
  #outgoing;
  #typing;
  #presence;
  #pins;
  #foot;
  #announcer;
  #listening = null;
  #midnight = null;

  // Lifecycle

  connectedCallback() {
    this.#listening = new AbortController();
    this.#build();
    this.#listen(this.#listening.signal);
    this.#open(this.#listening.signal);
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#feed.stop();
    this.#typing.stop();
    this.#presence.stop();
    clearInterval(this.#midnight);
  }

  #build() {
    const clock = new Clock();
    this.#chatId = Number(this.dataset.chatId);
    this.#list = new MessageList(this, {
      clock,
      leave: () => this.#composer?.querySelector("textarea").focus(),
      reply: (row) => this.#actions.reply(row),
    });
    this.#feed = new ThreadSync({
      chatId: this.#chatId,
      since: Number(this.dataset.nextSince),
      newest: Number(this.dataset.newest),
      list: this.#list,
      onAnswer: (answer) => this.#learn(answer),
      onArrived: (rows) => this.#welcome(rows),
      onMissed: (rows) => this.#missed(rows),
      onEnd: ({ firstUnread }) => this.#reachedEnd(firstUnread),
    });
    this.#marks = new ReadState(this, { chatId: this.#chatId, list: this.#list, restart: () => this.#feed.restart() });
    this.#pending = new RowTemplates({
      message: this.querySelector("#message-template"),
      failure: this.querySelector("#failure-template"),
    });
    this.#outgoing = new OutboxRows({
      chatId: this.#chatId,
      outbox: chatLink().outbox,
      list: this.#list,
      pending: this.#pending,
      alarm: this.querySelector("[data-alarm]"),
    });
    this.#foot = new ThreadFooter(this, {
      draft: () => new TabDrafts(chatLink().keep).get(this.#chatId).text,
      alarm: this.querySelector("[data-alarm]"),
    });
    this.#presence = new PresenceWatch({
      chatId: this.#chatId,
      connection: chatLink().connection,
      sign: this.querySelector("[data-presence]"),
    });
    this.#typing = new TypingWatch((typing) => this.#showTyping(typing));
    this.#pins = new Pins(this, { chatId: this.#chatId, clock });
    const name = this.querySelector("#thread-title").textContent.trim();
    this.#announcer = new Announcer(this.querySelector("[data-announce]"), { name, clock });
  }

  #listen(signal) {
    const mine = (handle) => ({ detail }) => detail.chat_id === this.#chatId && handle(detail);
    chatLink().addEventListener("catch-up", () => this.#catchUp(), { signal });
    chatLink().addEventListener("tell-again", mine(() => this.#tellAgain()), { signal });
    chatLink().addEventListener("message.created", mine((frame) => this.#created(frame)), { signal });
    chatLink().addEventListener("message.changed", mine((frame) => this.#changed(frame)), { signal });
    chatLink().addEventListener("chat.seq", mine(({ seq }) => this.#feed.receive(seq, { rows: true })), { signal });
    chatLink().addEventListener("chat.changed", mine(({ seq }) => this.#feed.receive(seq, { rows: false })), { signal });
    chatLink().addEventListener("chat.reachable", mine((frame) => this.#reachable(frame)), { signal });
    chatLink().addEventListener("chat.read", mine((frame) => this.#readBy(frame)), { signal });
    chatLink().addEventListener("chat.delivered", mine((frame) => this.#deliveredTo(frame)), { signal });
    chatLink().addEventListener("chat.badge", mine((frame) => this.#marks.marked(frame)), { signal });
    chatLink().outbox.addEventListener("added", mine(() => this.#wrote()), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#marks.reopen(), { signal });
    chatLink().addEventListener("presence", mine((frame) => this.#presence.heard(frame)), { signal });
    chatLink().addEventListener("typing", mine(({ typing }) => this.#typing.heard(typing)), { signal });
    // Sent by HTTP, a message has no event of its own.
    chatLink().outbox.addEventListener("sent", mine(({ message }) => message && this.#changed(message)), { signal });
    chatLink().outbox.addEventListener("failed", mine((item) => this.#refused(item)), { signal });
    this.#pins.listen(signal);
    new Gestures({
      list: this.#list,
      actions: this.#actions,
      pins: this.#pins,
      outgoing: this.#outgoing,
    }).listen({ messages: this.querySelector("ol.messages"), context: this.querySelector(".context") }, signal);
    this.#actions.addEventListener("reply", ({ detail }) => this.#composer?.replyTo(detail), { signal });
    this.#actions.addEventListener("changed", ({ detail }) => this.#changed(detail), { signal });
  }

  #open(signal) {
    this.#list.arrange();
    this.#list.scroll.toEnd();
    this.#outgoing.start(signal);
    this.#presence.start(signal);
    this.#foot.start();
    const fresh = this.querySelector("#fresh");
    if (fresh && !this.#list.scroll.shows(fresh)) this.#list.scroll.toRow(fresh);
    this.#goToAsked(new URLSearchParams(location.search));
    const scroller = this.querySelector(".thread__scroll");
    this.#marks.start(scroller, signal);
    this.#feed.start({ scroller, older: this.querySelector(".older"), newer: this.querySelector(".newer") }, signal);
    this.#midnight = setInterval(() => this.#list.renameDays(), 60_000);
  }

  /** Not by the address's anchor: a page that is loaded again has no `:target` yet. */
  #goToAsked(query) {
    const { rows, scroll } = this.#list;
    const row = query.has("at") ? rows.withId(query.get("at")) : query.has("after") && rows.all[0];
    if (row) scroll.toRow(row);
  }

  // Callbacks

  /** A text is shown at once; its row follows, as every row does. */
  #created({ seq, message }) {
    const isBare = !message.attachments.length && !message.reply_to;
    if (isBare && !this.#list.rows.has(message.message_id)) {
      this.#feed.show(this.#pending.arrived(message));
    }
    this.#feed.receive(seq, { rows: true });
  }

  #changed({ seq }) {
    this.#feed.receive(seq, { rows: true });
  }

  #readBy({ seq, ...read }) {
    this.#marks.readBy(read);
    this.#feed.receive(seq, { rows: false });
  }

  /** The page's own address is of an older part; `firstUnread` only where the rows are others now. */
  #reachedEnd(firstUnread) {
    history.replaceState(null, "", this.dataset.url);
    this.#marks.reachedEnd(firstUnread);
  }

  /** What is written follows the newest message. */
  #wrote() {
    if (!this.#list.rows.complete) this.#feed.restart();
    this.#marks.reopen();
  }

  #deliveredTo({ seq, ...delivered }) {
    this.#marks.deliveredTo(delivered);
    this.#feed.receive(seq, { rows: false });
  }

  /** An answer on its way may be older than this event: the next one settles it. */
  #reachable({ can_reply: canReply }) {
    this.#foot.know(canReply);
    this.#feed.catchUp();
  }

  #refused({ code }) {
    if (code === "recipient_inactive") this.#foot.know(false);
  }

  #catchUp() {
    this.#feed.catchUp();
    this.#marks.repeat();
  }

  #tellAgain() {
    this.#marks.repeat();
    this.#presence.repeat();
  }

  // Internal

  get #actions() {
    return this.querySelector("message-actions");
  }

  get #composer() {
    return this.querySelector("chat-composer");
  }

  #welcome(arrived) {
    arrived.forEach((row) => row.toggleAttribute("data-arrived", true));
    this.#outgoing.reconcile();
    this.#marks.arrived();
    const incoming = arrived.filter((row) => row.dataset.senderRole === page.otherRole);
    if (incoming.length === 0) return;
    this.#typing.heard(false);
    this.#announcer.announce(incoming);
  }

  /** What came beyond the gap is announced as what comes in. */
  #missed(rows) {
    const incoming = rows.filter((row) => row.dataset.senderRole === page.otherRole);
    if (incoming.length === 0) return;
    this.#marks.missed(incoming.length);
    this.#announcer.announce(incoming);
  }

  #learn({ rows, reads, canReply, draft }) {
    this.#marks.know(reads);
    this.#foot.know(canReply);
    this.#pins.compare(rows);
    this.#composer?.compare(rows);
    this.#composer?.follow(draft);
  }

  #showTyping(typing) {
    const line = this.querySelector("[data-typing]");
    if (line.hidden === typing) this.#list.change(() => (line.hidden = !typing));
  }
}
