import { Upload } from "./upload.js";

const AT_ONCE = 2;
const NO_PLACE = "too_many_attachments";

const inTab = new Map();

/** The files of a conversation's message: the same object as long as the page is open. `rules` as for Uploads. */
export function uploadsOf(chatId, rules) {
  if (!inTab.has(chatId)) inTab.set(chatId, new Uploads(chatId, rules));
  return inTab.get(chatId);
}

/** The files of the message being written. Event: `change` (of any of them). */
export class Uploads extends EventTarget {
  #chatId;
  #rules;
  #all = [];

  /** `rules`: {maxBytes, maxFiles}: the server's, checked here to save the user a wait. */
  constructor(chatId, rules) {
    super();
    this.#chatId = chatId;
    this.#rules = rules;
  }

  [Symbol.iterator]() {
    return this.#all[Symbol.iterator]();
  }

  get ready() {
    return this.#all.filter((upload) => upload.state === "ready");
  }

  get settled() {
    return this.#all.every((upload) => upload.settled);
  }

  // Actions

  add(files) {
    files.forEach((file) => this.#track(Upload.refused(file, this.#chatId, this.#objection(file) ?? NO_PLACE)));
    this.#advance();
  }

  /** Uploads that were finished before a reload. */
  restore(attachments) {
    const known = new Set(this.ready.map((upload) => upload.attachment.attachment_id));
    const missing = attachments.filter((attachment) => !known.has(attachment.attachment_id));
    missing.forEach((attachment) => this.#track(Upload.finished(attachment, this.#chatId)));
    this.#changed();
  }

  remove(upload) {
    upload.cancel();
    this.#forget([upload]);
  }

  retry(upload) {
    if (upload.state === "failed") upload.queue();
  }

  /** Send a smaller copy of a photo that is too large, as soon as there is a place for it. */
  shrink(upload) {
    if (upload.mayShrink) upload.shrink(this.#rules.maxBytes, NO_PLACE);
  }

  /** Retry the failed uploads whose pause is over. */
  retryFailed() {
    this.#all.filter((upload) => upload.mayTryAgain).forEach((upload) => upload.queue());
  }

  /** Remove and return the finished uploads. Failed and refused ones stay visible. */
  take() {
    const ready = this.ready;
    this.#forget(ready);
    return ready.map((upload) => upload.attachment);
  }

  cancelAll() {
    this.#all.forEach((upload) => upload.cancel());
  }

  // Internal

  /** Of the content only the server can judge, and a name says nothing about it. */
  #objection({ size }) {
    if (size === 0) return "file_empty";
    return size > this.#rules.maxBytes ? "file_too_large" : null;
  }

  #track(upload) {
    upload.addEventListener("change", () => this.#advance());
    this.#all.push(upload);
  }

  /** Take one step, whose `change` event triggers the next: queue a file if there is room, else start an upload. */
  #advance() {
    const accepted = this.#all.filter((upload) => upload.state !== "refused").length;
    const surplus = this.#all.find((upload) => upload.code === NO_PLACE);
    if (surplus && accepted < this.#rules.maxFiles) return surplus.queue();
    const active = this.#all.filter((upload) => ["uploading", "checking"].includes(upload.state)).length;
    const waiting = this.#all.filter((upload) => upload.state === "waiting");
    if (active < AT_ONCE && waiting.length) waiting[0].start();
    else this.#changed();
  }

  #forget(uploads) {
    this.#all = this.#all.filter((upload) => !uploads.includes(upload));
    this.#advance();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
