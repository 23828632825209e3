import { FileInputs } from "../composer/file-inputs.js";
import { SavedDraft } from "../composer/saved-draft.js";
import { newerDraft, TabDrafts } from "../composer/tab-drafts.js";
import { chatLink } from "../connection/chat-link.js";
import { TypingNotice } from "../connection/typing.js";
import { growField } from "../lib/grow-field.js";
import { page } from "../lib/page.js";
import { isVisible } from "../lib/visible.js";
import { t } from "../lib/words.js";
import { quoteFromRow } from "../message/quote.js";
import { idOf } from "../message/row.js";
import { ThreadSource } from "../thread/thread-source.js";

/**
 * Where a message is written. The text is saved in the tab at each key, and on the server for other devices at each
 * pause. A sent message goes to the outbox, which keeps it until the server has accepted it.
 */
export class ChatComposer extends HTMLElement {
  #chatId;
  #form;
  #text;
  #tray;
  #reply;
  #tabDrafts = new TabDrafts(chatLink().storage);
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
    this.#typing = new TypingNotice((typing) => this.#sendTyping(typing));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#text.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#text.addEventListener("input", () => this.#edited(), { signal });
    this.#text.addEventListener("blur", () => this.#blurred(), { signal });
    this.#tray.addEventListener("change", () => this.#filesChanged(), { signal });
    this.#tray.addEventListener("leave", () => this.#text.focus(), { signal });
    this.#reply.addEventListener("change", () => this.#replyChanged(), { signal });
    this.#listenForFiles(signal);
    this.#restore();
    this.#followDraft(signal);
  }

  disconnectedCallback() {
    this.#draft.stop();
    this.#typing.stopped();
    this.#listening.abort();
  }

  #listenForFiles(signal) {
    const inputs = this.querySelectorAll("input[type=file]");
    const places = { inputs, text: this.#text, thread: this.closest("chat-thread") };
    new FileInputs((files) => this.#attach(files), () => this.checkVisibility()).listen(places, signal);
  }

  #newDraft() {
    return new SavedDraft({
      chatId: this.#chatId,
      outbox: chatLink().outbox,
      read: () => ({ text: this.#text.value, quoted: this.#reply.quoted }),
      show: (content) => this.#show(content),
      ask: () => new ThreadSource(this.#chatId).draft(),
      // Signing out has cleared the storage of the tab.
      onSaved: () => this.#isLeaving || this.#saveInTab(),
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

  /** Reply to this message: {messageId, name, words, isCorrected}; null: to none. */
  replyTo(quoted) {
    this.#reply.quoted = quoted;
    this.#replyChanged();
  }

  /** The draft of this conversation as the server has it. A text that is being typed here stays. */
  follow(draft) {
    this.#draft.receive(draft);
  }

  /** The message that is replied to may have been corrected or withdrawn. */
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

  /** Enter sends where there is a real keyboard. While an input method composes, Enter belongs to it (229: Safari). */
  #key(event) {
    if (event.key === "Escape" && this.#reply.quoted) return this.replyTo(null);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!matchMedia("(pointer: fine)").matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #edited() {
    this.#sendWhenReady = false;
    this.#showNotice("");
    growField(this.#text);
    this.#draft.typed();
    this.#saveInTab();
    if (isVisible(this.#text.value)) this.#typing.typed();
    else this.#typing.stopped();
  }

  /** The message that is replied to has changed. */
  #replyChanged() {
    this.#draft.typed();
    this.#saveInTab();
    this.#text.focus();
  }

  #blurred() {
    this.#typing.stopped();
    this.#draft.flush();
  }

  /** The page is left by a form post, such as signing out. */
  #leavePage() {
    this.#isLeaving = true;
    this.#draft.flush();
  }

  #posted(message) {
    if (message.sender_id === page.userId) this.#draft.posted(message);
  }

  #filesChanged() {
    this.#saveInTab();
    if (this.#sendWhenReady) this.#sendIfReady();
  }

  // Internal

  /** The message waits for files that are uploading or may be retried, not for those that are refused for good. */
  #sendIfReady() {
    if (!this.#tray.settled) return this.#showNotice(t("sends_when_ready"), { calm: true });
    if (this.#tray.failed) return this.#showNotice(t("files_not_ready"));
    this.#sendWhenReady = false;
    this.#showNotice("");
    this.#send();
  }

  #send() {
    const text = this.#text.value.trim();
    if (new TextEncoder().encode(text).length > page.maxTextBytes) return this.#showNotice(t("error_text_too_long"));
    const attachments = this.#tray.take();
    if (!isVisible(text) && !attachments.length) return;
    const quoted = this.#reply.quoted;
    this.#show({ text: "", quoted: null });
    const clientId = this.#draft.take();
    const wellFormed = text.toWellFormed?.() ?? text;
    chatLink().outbox.add({ chatId: this.#chatId, text: wellFormed, attachments, quoted, clientId });
    this.#saveInTab();
    this.#typing.stopped();
    this.#text.focus();
  }

  #attach(files) {
    this.#tray.add(files);
    this.#text.focus();
  }

  #restore() {
    const kept = this.#tabDrafts.get(this.#chatId);
    const [rendered, stored] = [this.#text.defaultValue, this.#stored];
    // A text typed before this script was loaded counts, as does one that the server gave back after a refused form.
    const isTyped = this.#text.value !== rendered || (rendered && !stored);
    const { text, quoted } = newerDraft(kept, stored);
    // Set in any case: a value that was never set follows the text in the field's element, which may be translated.
    this.#text.value = isTyped ? this.#text.value : text;
    this.#reply.quoted = quoted;
    if (kept.attachments.length) this.#tray.restore(kept.attachments);
    growField(this.#text);
    this.#draft.start(stored ?? { text: "" });
    this.#saveInTab();
  }

  /** The draft that the server rendered, {text, quoted}, or null. One that is being sent as a message has no text. */
  get #stored() {
    const { draft: key } = this.#text.dataset;
    if (key === undefined) return null;
    const isLeaving = chatLink().outbox.for(this.#chatId).some((item) => item.client_id === key);
    return isLeaving ? { text: "", quoted: null } : { text: this.#text.defaultValue, quoted: this.#reply.quoted };
  }

  #saveInTab() {
    const { saved } = this.#draft;
    const quoted = this.#reply.quoted;
    const { attachments } = this.#tray;
    this.#tabDrafts.set(this.#chatId, { text: this.#text.value, attachments, quoted, saved });
  }

  #show({ text, quoted }) {
    this.#sendWhenReady = false;
    this.#text.value = text;
    this.#reply.quoted = quoted;
    this.#showNotice("");
    growField(this.#text);
    this.#saveInTab();
  }

  #sendTyping(typing) {
    chatLink().connection.send({ type: "typing", chat_id: this.#chatId, typing });
  }

  #showNotice(words, { calm = false } = {}) {
    const notice = this.querySelector("[data-notice]");
    notice.toggleAttribute("data-calm", calm);
    // Setting the same text would make screen readers announce it again.
    if (notice.textContent !== words) notice.textContent = words;
    this.querySelector("[data-refused]")?.remove();
  }
}
