import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { Announcer } from "../models/announcer.js";
import { Eyes } from "../models/eyes.js";
import { Feed } from "../models/feed.js";
import { Foot } from "../models/foot.js";
import { live } from "../models/live.js";
import { MessageList } from "../models/message-list.js";
import { Outgoing } from "../models/outgoing.js";
import { Pending } from "../models/pending.js";
import { Reading } from "../models/reading.js";
import { TypingWatch } from "../models/typing.js";

/** One open conversation: rows from the server, kept in step with it whatever the socket does. */
export class ChatThread extends HTMLElement {
  #chatId;
  #list;
  #feed;
  #reading;
  #eyes;
  #pending;
  #outgoing;
  #typing;
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
    clearInterval(this.#midnight);
  }

  #build() {
    const clock = new Clock();
    this.#chatId = Number(this.dataset.chatId);
    this.#list = new MessageList(this, { clock, leave: () => this.querySelector("textarea")?.focus() });
    this.#feed = new Feed({
      chatId: this.#chatId,
      since: Number(this.dataset.nextSince),
      list: this.#list,
      onReads: (reads) => this.#know(reads),
      onCanReply: (canReply) => this.#foot.know(canReply),
      onArrived: (rows) => this.#welcome(rows),
    });
    const reads = JSON.parse(this.dataset.reads);
    this.#list.know(reads[page.otherRole]);
    this.#reading = new Reading(live().connection, this.#chatId, reads[page.role].up_to ?? 0);
    this.#eyes = new Eyes({
      list: this.#list,
      reading: this.#reading,
      jump: this.querySelector("[data-action=to-end]"),
      otherRole: page.otherRole,
    });
    this.#pending = new Pending({
      message: this.querySelector("#message-template"),
      failure: this.querySelector("#failure-template"),
    });
    this.#outgoing = new Outgoing({
      chatId: this.#chatId,
      outbox: live().outbox,
      list: this.#list,
      pending: this.#pending,
      alarm: this.querySelector("[data-alarm]"),
    });
    this.#foot = new Foot(this, {
      draft: () => live().drafts.get(this.#chatId).text,
      alarm: this.querySelector("[data-alarm]"),
    });
    this.#typing = new TypingWatch((typing) => this.#showTyping(typing));
    const name = this.querySelector("#thread-title").textContent.trim();
    this.#announcer = new Announcer(this.querySelector("[data-announce]"), { name, clock });
  }

  #listen(signal) {
    const mine = (handle) => ({ detail }) => detail.chat_id === this.#chatId && handle(detail);
    live().addEventListener("catch-up", () => this.#catchUp(), { signal });
    live().addEventListener("message.created", mine((frame) => this.#created(frame)), { signal });
    live().addEventListener("message.changed", mine((frame) => this.#changed(frame)), { signal });
    live().addEventListener("chat.changed", mine(({ seq }) => this.#feed.receive(seq, { rows: false })), { signal });
    live().addEventListener("chat.reachable", mine((frame) => this.#reachable(frame)), { signal });
    live().addEventListener("chat.read", mine((frame) => this.#readBy(frame)), { signal });
    live().addEventListener("typing", mine(({ typing }) => this.#typing.heard(typing)), { signal });
    // Sent by HTTP, a message has no event of its own.
    live().outbox.addEventListener("sent", mine(({ message }) => message && this.#changed(message)), { signal });
    live().outbox.addEventListener("failed", mine((item) => this.#refused(item)), { signal });
    const messages = this.querySelector("ol.messages");
    messages.addEventListener("click", (event) => this.#outgoing.act(event), { signal });
    messages.addEventListener("keydown", (event) => this.#list.key(event), { signal });
  }

  #open(signal) {
    this.#list.arrange();
    this.#list.scroll.toEnd();
    this.#outgoing.start(signal);
    this.#foot.start();
    const fresh = this.querySelector("#fresh");
    if (fresh && !this.#list.scroll.shows(fresh)) this.#list.scroll.toRow(fresh);
    const found = this.querySelector(".message:target");
    if (found) this.#list.scroll.toRow(found);
    const scroller = this.querySelector(".thread__scroll");
    this.#eyes.start(scroller, signal);
    this.#feed.start({ scroller, sentinel: this.querySelector(".older") }, signal);
    this.#midnight = setInterval(() => this.#list.renameDays(), 60_000);
  }

  // Callbacks

  /** A text is shown at once; its row follows, as every row does. */
  #created({ seq, message }) {
    if (!message.attachments.length && !this.#list.rows.has(message.message_id)) {
      this.#feed.show(this.#pending.arrived(message));
    }
    this.#feed.receive(seq, { rows: true });
  }

  #changed({ seq }) {
    this.#feed.receive(seq, { rows: true });
  }

  #readBy({ seq, reader_role: role, up_to: upTo, read_at: readAt }) {
    this.#know({ [role]: { up_to: upTo, read_at: readAt } });
    this.#list.change(() => {});
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
    this.#reading.repeat();
  }

  // Internal

  #know(reads) {
    if (reads[page.otherRole]) this.#list.know(reads[page.otherRole]);
    this.#reading.confirm(reads[page.role]?.up_to ?? 0);
    this.#eyes.lookSoon();
  }

  #welcome(arrived) {
    arrived.forEach((row) => row.toggleAttribute("data-arrived", true));
    this.#outgoing.reconcile();
    this.#eyes.lookSoon();
    const incoming = arrived.filter((row) => row.dataset.senderRole === page.otherRole);
    if (incoming.length === 0) return;
    this.#typing.heard(false);
    this.#announcer.announce(incoming);
  }

  #showTyping(typing) {
    const line = this.querySelector("[data-typing]");
    if (line.hidden === typing) this.#list.change(() => (line.hidden = !typing));
  }
}
