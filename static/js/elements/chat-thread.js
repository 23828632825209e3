import { TabDrafts } from "../composer/tab-drafts.js";
import { chatLink } from "../connection/chat-link.js";
import { TypingWatch } from "../connection/typing.js";
import { onNewDay } from "../lib/new-day.js";
import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { Announcer } from "../thread/announcer.js";
import { Gestures } from "../thread/gestures.js";
import { MessageList } from "../thread/message-list.js";
import { goToOpeningPlace } from "../thread/opening-place.js";
import { OutboxRows } from "../thread/outbox-rows.js";
import { Pins } from "../thread/pins.js";
import { PresenceWatch } from "../thread/presence-watch.js";
import { ReadState } from "../thread/read-state.js";
import { RowTemplates } from "../thread/row-templates.js";
import { leavePart } from "../thread/thread-address.js";
import { ThreadFooter } from "../thread/thread-footer.js";
import { ThreadSync } from "../thread/thread-sync.js";

/** One open conversation: rows from the server, in sync with it whether the socket is open or not. */
export class ChatThread extends HTMLElement {
  #clock = new Clock();
  #chatId;
  #list;
  #sync;
  #readState;
  #templates;
  #outboxRows;
  #typing;
  #presence;
  #pins;
  #footer;
  #announcer;
  #listening = null;

  // Lifecycle

  connectedCallback() {
    this.#listening = new AbortController();
    this.#chatId = Number(this.dataset.chatId);
    this.#buildRows();
    this.#buildOutbox();
    this.#buildFrame();
    this.#listen(this.#listening.signal);
    this.#open(this.#listening.signal);
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#sync.stop();
    this.#typing.stop();
    this.#presence.stop();
  }

  #buildRows() {
    this.#list = new MessageList(this, {
      clock: this.#clock,
      leave: () => this.#composer?.querySelector("textarea").focus(),
      reply: (row) => this.#actions.reply(row),
      onCut: (end) => this.#cut(end),
      seekNewest: () => this.#sync.restart(),
    });
    this.#sync = new ThreadSync({
      chatId: this.#chatId,
      since: Number(this.dataset.nextSince),
      newest: Number(this.dataset.newest),
      list: this.#list,
      draw: (message) => this.#draw(message),
      onAnswer: (answer) => this.#applyAnswer(answer),
      onArrived: (rows) => this.#showArrived(rows),
      onMissed: (rows) => this.#missed(rows),
      onSettled: () => this.#readState.arrived(),
      onEnd: ({ firstUnread }) => this.#reachedEnd(firstUnread),
    });
    this.#readState = new ReadState(this, { chatId: this.#chatId, list: this.#list, sync: this.#sync });
  }

  #buildOutbox() {
    const kinds = ["message", "text", "failure"];
    const templates = kinds.map((kind) => [kind, this.querySelector(`#${kind}-template`)]);
    this.#templates = new RowTemplates(Object.fromEntries(templates));
    this.#outboxRows = new OutboxRows({
      chatId: this.#chatId,
      outbox: chatLink().outbox,
      list: this.#list,
      templates: this.#templates,
      alarm: this.querySelector("[data-alarm]"),
    });
  }

  /** The parts around the rows. */
  #buildFrame() {
    this.#footer = new ThreadFooter(this, {
      draft: () => new TabDrafts(chatLink().storage).get(this.#chatId).text,
      alarm: this.querySelector("[data-alarm]"),
    });
    const sign = this.querySelector("[data-presence]");
    this.#presence = new PresenceWatch({ chatId: this.#chatId, connection: chatLink().connection, sign });
    this.#typing = new TypingWatch((typing) => this.#showTyping(typing));
    this.#pins = new Pins(this, { chatId: this.#chatId, clock: this.#clock });
    this.#announcer = new Announcer(this, { clock: this.#clock });
  }

  #listen(signal) {
    const link = chatLink();
    const mine = (handle) => ({ detail }) => detail.chat_id === this.#chatId && handle(detail);
    link.addEventListener("catch-up", () => this.#catchUp(), { signal });
    link.addEventListener("report-again", mine(() => this.#reportAgain()), { signal });
    link.addEventListener("message.created", mine(({ message }) => this.#sync.arrived(message)), { signal });
    link.addEventListener("message.changed", mine((frame) => this.#changed(frame)), { signal });
    link.addEventListener("chat.seq", mine(({ seq }) => this.#sync.receive(seq, { rows: true })), { signal });
    link.addEventListener("chat.changed", mine(({ seq }) => this.#sync.receive(seq, { rows: false })), { signal });
    link.addEventListener("chat.reachable", mine((frame) => this.#reachable(frame)), { signal });
    link.addEventListener("chat.read", mine((frame) => this.#readBy(frame)), { signal });
    link.addEventListener("chat.delivered", mine((frame) => this.#deliveredTo(frame)), { signal });
    link.addEventListener("chat.badge", mine((frame) => this.#readState.marked(frame)), { signal });
    link.outbox.addEventListener("added", mine(() => this.#wrote()), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#readState.restored(), { signal });
    link.addEventListener("presence", mine((frame) => this.#presence.receive(frame)), { signal });
    link.addEventListener("typing", mine(({ typing }) => this.#typing.receive(typing)), { signal });
    link.outbox.addEventListener("sent", mine(({ message }) => message && this.#sync.arrived(message)), { signal });
    link.outbox.addEventListener("failed", mine(({ code }) => this.#footer.refused(code)), { signal });
    this.#pins.listen(signal);
    const parts = { list: this.#list, actions: this.#actions, pins: this.#pins, outboxRows: this.#outboxRows };
    const places = { messages: this.querySelector("ol.messages"), context: this.querySelector(".context") };
    new Gestures(parts).listen(places, signal);
    this.#actions.addEventListener("reply", ({ detail }) => this.#composer?.replyTo(detail), { signal });
    this.#actions.addEventListener("changed", ({ detail }) => this.#changed(detail), { signal });
  }

  #open(signal) {
    this.#list.arrange();
    this.#list.scroll.listen(signal);
    this.#outboxRows.start(signal);
    this.#presence.start(signal);
    this.#footer.start();
    goToOpeningPlace(this, this.#list);
    const scroller = this.querySelector(".thread__scroll");
    this.#readState.start(scroller, signal);
    this.#sync.start({ scroller, older: this.querySelector(".older"), newer: this.querySelector(".newer") }, signal);
    onNewDay(this.#clock, () => this.#newDay(), signal);
  }

  /** Where it is read, {id, top}; null at the end. */
  get place() {
    return this.#list.scroll.place;
  }

  // Callbacks

  #changed({ seq, message, last_reaction: reaction }) {
    const isTheirs = reaction && reaction.user_id !== page.userId;
    if (isTheirs) this.#announcer.reacted(reaction, this.#list.rows.withId(message.message_id));
    this.#sync.receive(seq, { rows: true });
  }

  #readBy({ seq, ...read }) {
    this.#readState.readBy(read);
    this.#sync.receive(seq, { rows: false });
  }

  /** The address was that of an older part. `firstUnread` only when the rows were replaced. */
  #reachedEnd(firstUnread) {
    leavePart();
    this.#readState.reachedEnd(firstUnread);
  }

  #cut(end) {
    this.#sync.cut(end);
    this.#readState.arrived();
  }

  /** A new message follows the newest one, so the newest rows are shown. */
  #wrote() {
    if (!this.#list.rows.complete) this.#sync.restart();
    this.#readState.reopen();
  }

  /** "Aujourd’hui" becomes "Hier", and "Lu à 9:02" gets its day. */
  #newDay() {
    this.#list.change(() => {});
    this.#pins.writeTimes();
  }

  #deliveredTo({ seq, ...delivered }) {
    this.#readState.deliveredTo(delivered);
    this.#sync.receive(seq, { rows: false });
  }

  /** A pending answer may be older than this event, so it is followed by another request. */
  #reachable(frame) {
    this.#footer.update(frame);
    this.#sync.catchUp();
  }

  #catchUp() {
    this.#sync.catchUp();
    this.#readState.repeat();
  }

  #reportAgain() {
    this.#readState.repeat();
    this.#presence.repeat();
  }

  // Internal

  get #actions() {
    return this.querySelector("message-actions");
  }

  get #composer() {
    return this.querySelector("chat-composer");
  }

  /** Null where the server has to draw it, or to say how things stand: nobody could write in a closed conversation. */
  #draw(message) {
    return this.dataset.canReply === "true" ? this.#templates.stored(message) : null;
  }

  #showArrived(arrived) {
    arrived.forEach((row) => row.toggleAttribute("data-arrived", true));
    this.#outboxRows.reconcile();
    this.#readState.arrived();
    this.#pins.retry();
    const incoming = arrived.filter((row) => row.dataset.senderRole === page.otherRole);
    if (incoming.length) this.#typing.receive(false);
    this.#announcer.announce(arrived);
  }

  /** Messages beyond the gap are announced like any incoming one. */
  #missed(rows) {
    const incoming = rows.filter((row) => row.dataset.senderRole === page.otherRole);
    if (incoming.length) this.#readState.missed(incoming.length);
    this.#announcer.announce(rows);
  }

  #applyAnswer({ rows, reads, reply, draft }) {
    this.#readState.update(reads);
    this.#footer.update(reply);
    this.#pins.compare(rows);
    this.#composer?.compare(rows);
    this.#composer?.follow(draft);
  }

  #showTyping(typing) {
    const line = this.querySelector("[data-typing]");
    if (line.hidden === typing) this.#list.change(() => (line.hidden = !typing));
  }
}
