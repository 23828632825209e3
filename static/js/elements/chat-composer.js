import { ComposerNotice } from "../composer/composer-notice.js";
import { FileInputs } from "../composer/file-inputs.js";
import { renderedDraft } from "../composer/rendered-draft.js";
import { SavedDraft } from "../composer/saved-draft.js";
import { isSendKey } from "../composer/send-key.js";
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
 * Where a message is written. The text is saved in the tab at each key, and on the server at each pause. A sent message
 * goes to the outbox. One that waits for its files is still sent by the element after it was left.
 */
export class ChatComposer extends HTMLElement {
  #chatId;
  #form;
  #text;
  #tray;
  #reply;
  #notice = new ComposerNotice(this);
  #tabDrafts = new TabDrafts(chatLink().storage);
  #typing;
  #draft;
  #listening = null;
  #finishing = null;
  #sendWhenReady = false;
  #isLeaving = false;
  /** The elements that were left, by conversation. */
  static #left = new Map();

  // Lifecycle

  connectedCallback() {
    // In a fragment that was just inserted, its own elements come after it.
    customElements.upgrade(this);
    this.#chatId = Number(this.dataset.chatId);
    this.#form = this.querySelector("form");
    this.#text = this.querySelector("textarea");
    this.#tray = this.querySelector("upload-tray");
    this.#reply = this.querySelector("reply-quote");
    this.#draft = this.#newDraft();
    const typingFrame = (typing) => ({ type: "typing", chat_id: this.#chatId, typing });
    this.#typing = new TypingNotice((typing) => chatLink().connection.send(typingFrame(typing)));
    this.#listening = new AbortController();
    this.#finishing = new AbortController();
    const { signal } = this.#listening;
    this.#form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#text.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#text.addEventListener("input", () => this.#edited(), { signal });
    this.#text.addEventListener("blur", () => this.#blurred(), { signal });
    this.#tray.addEventListener("change", () => this.#filesChanged(), { signal: this.#finishing.signal });
    this.#tray.addEventListener("leave", () => this.#text.focus(), { signal });
    this.#reply.addEventListener("change", () => this.#replyChanged(), { signal });
    this.#listenForFiles(signal);
    this.#restore();
    this.#followDraft(signal);
    this.#takeOver();
  }

  disconnectedCallback() {
    if (!chatLink().connection.expired) this.#draft.flush();
    this.#draft.stop();
    this.#typing.stopped();
    this.#listening.abort();
    ChatComposer.#left.set(this.#chatId, this);
  }

  /** This conversation is open again: its message is finished here. */
  #takeOver() {
    const left = ChatComposer.#left.get(this.#chatId);
    if (!left) return;
    ChatComposer.#left.delete(this.#chatId);
    left.#finishing.abort();
    left.#isLeaving = true;
    if (left.#sendWhenReady) this.#submit();
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
      // Signing out has cleared the storage of the tab; another element may have taken over.
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
    event?.preventDefault();
    this.#sendWhenReady = true;
    this.#sendIfReady();
  }

  #key(event) {
    if (event.key === "Escape" && this.#reply.quoted) return this.replyTo(null);
    if (!isSendKey(event)) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #edited() {
    this.#sendWhenReady = false;
    this.#notice.show("");
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
    if (!this.#tray.settled) return this.#notice.show(t("sends_when_ready"), { calm: true });
    if (this.#tray.failed) return this.#notice.show(t("files_not_ready"));
    this.#sendWhenReady = false;
    this.#notice.show("");
    this.#send();
  }

  #send() {
    const text = this.#text.value.trim();
    if (new TextEncoder().encode(text).length > page.maxTextBytes) return this.#notice.show(t("error_text_too_long"));
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

  get #stored() {
    const waiting = chatLink().outbox.for(this.#chatId);
    return renderedDraft(this.#text, { quoted: this.#reply.quoted, waiting });
  }

  #saveInTab() {
    const [{ saved }, { quoted }, { attachments }] = [this.#draft, this.#reply, this.#tray];
    this.#tabDrafts.set(this.#chatId, { text: this.#text.value, attachments, quoted, saved });
  }

  #show({ text, quoted }) {
    this.#sendWhenReady = false;
    this.#text.value = text;
    this.#reply.quoted = quoted;
    this.#notice.show("");
    growField(this.#text);
    this.#saveInTab();
  }
}
