import { FileInputs } from "../composer/file-inputs.js";
import { SavedDraft } from "../composer/saved-draft.js";
import { TabDrafts } from "../composer/tab-drafts.js";
import { chatLink } from "../connection/chat-link.js";
import { TypingNotice } from "../connection/typing.js";
import { page } from "../lib/page.js";
import { t } from "../lib/words.js";
import { quoteFromRow } from "../message/quote.js";
import { idOf } from "../message/row.js";
import { ThreadSource } from "../thread/thread-source.js";

const MOST_BYTES = 65_535;

/**
 * Where a message is written. The text is kept for the tab at every key, and with the server for other devices at every pause;
 * what is sent goes to the outbox, which shows and keeps it.
 */
export class ChatComposer extends HTMLElement {
  #chatId;
  #form;
  #text;
  #tray;
  #reply;
  #kept = new TabDrafts(chatLink().keep);
  #typing;
  #draft;
  #listening = null;
  #sendWhenReady = false;
  #isLeaving = false;

  // Lifecycle

  connectedCallback() {
    this.#chatId = Number(this.dataset.chatId);
    this.#form = this.querySelector("form");
    this.#text = this.querySelector("textarea");
    this.#tray = this.querySelector("upload-tray");
    this.#reply = this.querySelector("reply-quote");
    this.#draft = this.#newDraft();
    this.#typing = new TypingNotice((typing) => this.#tell(typing));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#text.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#text.addEventListener("input", () => this.#edited(), { signal });
    this.#text.addEventListener("blur", () => this.#left(), { signal });
    this.#tray.addEventListener("change", () => this.#filesChanged(), { signal });
    this.#tray.addEventListener("leave", () => this.#text.focus(), { signal });
    this.#reply.addEventListener("change", () => this.#answers(), { signal });
    this.#openDoors(signal);
    this.#restore();
    this.#followDraft(signal);
  }

  disconnectedCallback() {
    this.#draft.stop();
    this.#typing.stopped();
    this.#listening.abort();
  }

  #openDoors(signal) {
    const input = this.querySelector("input[type=file]");
    const doors = new FileInputs((files) => this.#attach(files));
    doors.listen({ input, text: this.#text, ground: this.closest("chat-thread") }, signal);
  }

  #newDraft() {
    return new SavedDraft({
      chatId: this.#chatId,
      outbox: chatLink().outbox,
      read: () => ({ text: this.#text.value, quoted: this.#reply.quoted }),
      show: (content) => this.#show(content),
      ask: () => new ThreadSource(this.#chatId).draft(),
      // Signing out has emptied what the tab keeps.
      onSaved: () => this.#isLeaving || this.#keep(),
    });
  }

  #followDraft(signal) {
    const mine = (handle) => ({ detail }) => detail.chat_id === this.#chatId && handle(detail);
    chatLink().addEventListener("chat.draft", mine(({ draft }) => this.follow(draft)), { signal });
    chatLink().addEventListener("message.created", mine(({ message }) => this.#posted(message)), { signal });
    chatLink().addEventListener("catch-up", () => this.#draft.flush(), { signal });
    chatLink().outbox.addEventListener("sent", mine(() => this.#draft.cleared()), { signal });
    chatLink().outbox.addEventListener("removed", mine(() => this.#draft.forget()), { signal });
    document.addEventListener("submit", (event) => event.defaultPrevented || this.#leavePage(), { signal });
    addEventListener("pagehide", () => this.#draft.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#draft.flush(), { signal });
  }

  // Actions

  /** Answer this message: {messageId, name, words, isCorrected}; null: none. */
  replyTo(quoted) {
    this.#reply.quoted = quoted;
    this.#answers();
  }

  /** The draft of this conversation as the server has it; what is being typed here stays. */
  follow(draft) {
    this.#draft.heard(draft);
  }

  /** The message that is answered may say something else by now, or nothing. */
  compare(rows) {
    const source = rows.find((row) => idOf(row) === this.#reply.quoted?.messageId);
    if (source) this.#reply.quoted = quoteFromRow(source);
  }

  // Callbacks

  #submit(event) {
    event.preventDefault();
    this.#sendWhenReady = true;
    this.#sendIfReady();
  }

  /** Enter sends where there is a real keyboard; while an input method composes, Enter belongs to it (229: Safari). */
  #key(event) {
    if (event.key === "Escape" && this.#reply.quoted) return this.replyTo(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!matchMedia("(pointer: fine)").matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #edited() {
    this.#sendWhenReady = false;
    this.#say("");
    this.#grow();
    this.#draft.typed();
    this.#keep();
    if (this.#text.value.trim()) this.#typing.typed();
    else this.#typing.stopped();
  }

  /** Another message than before, or none. */
  #answers() {
    this.#draft.typed();
    this.#keep();
    this.#text.focus();
  }

  #left() {
    this.#typing.stopped();
    this.#draft.flush();
  }

  /** By a form, as signing out is one. */
  #leavePage() {
    this.#isLeaving = true;
    this.#draft.flush();
  }

  #posted(message) {
    if (message.sender_id === page.userId) this.#draft.posted(message);
  }

  #filesChanged() {
    this.#keep();
    if (this.#sendWhenReady) this.#sendIfReady();
  }

  // Internal

  /** A file on its way holds the message, as does one that may be tried again; one that is refused for good does not. */
  #sendIfReady() {
    if (!this.#tray.settled) return this.#say(t("sends_when_ready"), { calm: true });
    if (this.#tray.failed) return this.#say(t("files_not_ready"));
    this.#sendWhenReady = false;
    this.#say("");
    this.#send();
  }

  #send() {
    const text = this.#text.value.trim();
    if (new TextEncoder().encode(text).length > MOST_BYTES) return this.#say(t("error_text_too_long"));
    const attachments = this.#tray.take();
    if (!text && !attachments.length) return;
    const quoted = this.#reply.quoted;
    this.#show({ text: "", quoted: null });
    const clientId = this.#draft.take();
    chatLink().outbox.add({ chatId: this.#chatId, text: text.toWellFormed?.() ?? text, attachments, quoted, clientId });
    this.#keep();
    this.#typing.stopped();
    this.#text.focus();
  }

  #attach(files) {
    this.#tray.add(files);
    this.#text.focus();
  }

  #restore() {
    const kept = this.#kept.get(this.#chatId);
    const [given, held] = [this.#text.defaultValue, this.#held];
    // Scripts come late on a slow network: what was typed before them counts, as does a text that the server gave back.
    const isTyped = this.#text.value !== given || (given && !held);
    const { text, quoted } = newest(kept, held);
    if (!isTyped) this.#text.value = text;
    this.#reply.quoted = quoted;
    if (kept.attachments.length) this.#tray.restore(kept.attachments);
    this.#grow();
    this.#draft.start(held ?? { text: "" });
    this.#keep();
  }

  /** The draft that the server drew, {text, quoted}, or null; one that is on its way as a message has no text any more. */
  get #held() {
    const { draft: key } = this.#text.dataset;
    if (key === undefined) return null;
    const isLeaving = chatLink().outbox.for(this.#chatId).some((item) => item.client_id === key);
    return isLeaving ? { text: "", quoted: null } : { text: this.#text.defaultValue, quoted: this.#reply.quoted };
  }

  #keep() {
    const { saved } = this.#draft;
    const quoted = this.#reply.quoted;
    this.#kept.set(this.#chatId, { text: this.#text.value, attachments: this.#tray.attachments, quoted, saved });
  }

  #show({ text, quoted }) {
    this.#sendWhenReady = false;
    this.#text.value = text;
    this.#reply.quoted = quoted;
    this.#say("");
    this.#grow();
    this.#keep();
  }

  #tell(typing) {
    chatLink().connection.send({ type: "typing", chat_id: this.#chatId, typing });
  }

  #say(words, { calm = false } = {}) {
    const notice = this.querySelector("[data-notice]");
    notice.toggleAttribute("data-calm", calm);
    // Written again, it would be read aloud again.
    if (notice.textContent !== words) notice.textContent = words;
    this.querySelector("[data-refused]")?.remove();
  }

  /** Browsers that know `field-sizing` grow the field by themselves. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.style.blockSize = "auto";
    this.#text.style.blockSize = `${this.#text.scrollHeight}px`;
  }
}

/** Of what this tab kept and what the server held; of a message that is answered without a text yet only the tab knows. */
function newest({ text, quoted, saved }, held) {
  if (text && !saved) return { text, quoted };
  if (held?.text) return held;
  return { text: "", quoted: text ? null : quoted };
}
