import { t } from "../lib/words.js";
import { FileDoors } from "../models/file-doors.js";
import { live } from "../models/live.js";
import { TypingNotice } from "../models/typing.js";

const MOST_BYTES = 65_535;

/** Where a message is written. The text is kept for the tab at every key; what is sent goes to the outbox, which shows and keeps it. */
export class ChatComposer extends HTMLElement {
  #chatId;
  #form;
  #text;
  #tray;
  #reply;
  #typing;
  #listening = null;
  #sendWhenReady = false;

  // Lifecycle

  connectedCallback() {
    this.#chatId = Number(this.dataset.chatId);
    this.#form = this.querySelector("form");
    this.#text = this.querySelector("textarea");
    this.#tray = this.querySelector("upload-tray");
    this.#reply = this.querySelector("reply-quote");
    this.#typing = new TypingNotice((typing) => this.#tell(typing));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#text.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#text.addEventListener("input", () => this.#edited(), { signal });
    this.#text.addEventListener("blur", () => this.#typing.stopped(), { signal });
    this.#tray.addEventListener("change", () => this.#filesChanged(), { signal });
    this.#reply.addEventListener("change", () => this.#replyCancelled(), { signal });
    this.#openDoors(signal);
    this.#restore();
  }

  disconnectedCallback() {
    this.#typing.stopped();
    this.#listening.abort();
  }

  #openDoors(signal) {
    const input = this.querySelector("input[type=file]");
    input.multiple = true;
    const doors = new FileDoors((files) => this.#attach(files));
    doors.listen({ input, text: this.#text, ground: this.closest("chat-thread") }, signal);
  }

  // Actions

  /** Answer this message: {messageId, name, words}. */
  replyTo(quoted) {
    this.#reply.quoted = quoted;
    this.#keep();
    this.#text.focus();
  }

  // Callbacks

  #submit(event) {
    event.preventDefault();
    if (!this.#tray.settled) this.#waitForFiles();
    else this.#send();
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
    this.#keep();
    if (this.#text.value.trim()) this.#typing.typed();
    else this.#typing.stopped();
  }

  #replyCancelled() {
    this.#keep();
    this.#text.focus();
  }

  #filesChanged() {
    this.#keep();
    if (!this.#sendWhenReady || !this.#tray.settled) return;
    this.#sendWhenReady = false;
    if (this.#tray.troubled) this.#say(t("files_not_ready"));
    else this.#send();
  }

  // Internal

  #send() {
    const text = this.#text.value.trim();
    if (new TextEncoder().encode(text).length > MOST_BYTES) return this.#say(t("error_text_too_long"));
    const attachments = this.#tray.take();
    if (!text && !attachments.length) return;
    const quoted = this.#reply.quoted;
    live().outbox.add({ chatId: this.#chatId, text: text.toWellFormed?.() ?? text, attachments, quoted });
    this.#text.value = "";
    this.#reply.quoted = null;
    this.#say("");
    this.#grow();
    this.#keep();
    this.#typing.stopped();
    this.#text.focus();
  }

  #attach(files) {
    this.#tray.add(files);
    this.#text.focus();
  }

  #waitForFiles() {
    this.#sendWhenReady = true;
    this.#say(t("sends_when_ready"));
  }

  #restore() {
    const { text, attachments, quoted } = live().drafts.get(this.#chatId);
    // Scripts come late on a slow network: what was typed before them counts, as does a text that the server gave back.
    if (text && !this.#text.value) this.#text.value = text;
    if (attachments.length) this.#tray.restore(attachments);
    if (quoted) this.#reply.quoted = quoted;
    this.#grow();
    this.#keep();
  }

  #keep() {
    const quoted = this.#reply.quoted;
    live().drafts.set(this.#chatId, { text: this.#text.value, attachments: this.#tray.attachments, quoted });
  }

  #tell(typing) {
    live().connection.send({ type: "typing", chat_id: this.#chatId, typing });
  }

  #say(words) {
    this.querySelector("[data-notice]").textContent = words;
  }

  /** Browsers that know `field-sizing` grow the field by themselves. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.style.blockSize = "auto";
    this.#text.style.blockSize = `${this.#text.scrollHeight}px`;
  }
}
