import { Backoff } from "../lib/backoff.js";
import { newId } from "../lib/ids.js";

const KEY = "outbox";

/**
 * Messages that their author has sent and the server has not accepted yet. They survive a reload, are sent in order,
 * one at a time in each chat, and keep their client_id through every retry.
 * Items: {client_id, chat_id, message_text, attachment_ids, attachments, reply_to, quoted, created_at, code,
 * state: "pending" | "failed"}.
 * Events (detail: the item): `added`, `sent` (with `message`), `failed`, `retried`, `removed`.
 */
export class Outbox extends EventTarget {
  #storage;
  #sender;
  #items;
  #busy = new Set();
  #backoff = new Backoff({ cap: 15_000 });
  #timer = null;

  constructor(storage, sender) {
    super();
    this.#storage = storage;
    this.#sender = sender;
    this.#items = storage.get(KEY) ?? [];
  }

  for(chatId) {
    return this.#items.filter((item) => item.chat_id === chatId);
  }

  get isWaiting() {
    return this.#items.some((item) => item.state === "pending");
  }

  /** Another page of this tab has sent, discarded or added messages since this one was left. */
  get isOvertaken() {
    return JSON.stringify(this.#storage.get(KEY) ?? []) !== JSON.stringify(this.#items);
  }

  // Actions

  /**
   * `attachments` are those of the API, already uploaded. `quoted` is the message that this one replies to. `clientId`
   * is the key under which the text was saved as a draft.
   */
  add({ chatId, text, attachments = [], quoted = null, clientId = newId() }) {
    const item = {
      client_id: clientId,
      chat_id: chatId,
      message_text: text,
      attachment_ids: attachments.map((attachment) => attachment.attachment_id),
      attachments,
      reply_to: quoted?.messageId ?? null,
      quoted,
      created_at: new Date().toISOString(),
      state: "pending",
    };
    this.#items.push(item);
    this.#changed("added", item);
    this.#pump(chatId);
    return item;
  }

  /** Send everything that waits now: the connection is back. */
  flush() {
    clearTimeout(this.#timer);
    this.#backoff.reset();
    this.#pumpAll();
  }

  resend(clientId) {
    const item = this.#find(clientId);
    if (item?.state !== "failed") return;
    item.state = "pending";
    this.#changed("retried", item);
    this.#pump(item.chat_id);
  }

  discard(clientId) {
    const item = this.#find(clientId);
    if (item?.state === "failed") this.#remove(item, "removed");
  }

  /** The server has this message, as its row shows: the answer to the send is not needed. */
  settle(clientId) {
    const item = this.#find(clientId);
    if (item) this.#remove(item, "sent");
  }

  // Internal

  async #pump(chatId) {
    if (this.#busy.has(chatId)) return;
    this.#busy.add(chatId);
    for (let item = this.#next(chatId); item; item = this.#next(chatId)) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time, so that messages are stored in order
      if (!(await this.#attempt(item))) break;
    }
    this.#busy.delete(chatId);
  }

  /** True when this item is done (accepted, or refused for good), so that the next one may be sent. */
  async #attempt(item) {
    try {
      const message = await this.#sender.send(item);
      this.#remove(item, "sent", message);
      this.#backoff.reset();
      return true;
    } catch (error) {
      if (error.shutOut) return false;
      if (error.temporary) this.#later(Math.max(this.#backoff.next(), (error.retryAfter ?? 0) * 1_000));
      else this.#fail(item, error);
      return item.state === "failed";
    }
  }

  #fail(item, { code }) {
    Object.assign(item, { state: "failed", code });
    this.#changed("failed", item);
  }

  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#pumpAll(), wait);
  }

  #pumpAll() {
    new Set(this.#items.map((item) => item.chat_id)).forEach((chatId) => this.#pump(chatId));
  }

  #remove(item, event, message) {
    if (!this.#items.includes(item)) return;
    this.#items = this.#items.filter((other) => other !== item);
    this.#changed(event, item, message);
  }

  #changed(event, item, message) {
    this.#storage.set(KEY, this.#items);
    this.dispatchEvent(new CustomEvent(event, { detail: { ...item, message } }));
  }

  #next(chatId) {
    return this.#items.find((item) => item.chat_id === chatId && item.state === "pending");
  }

  #find(clientId) {
    return this.#items.find((item) => item.client_id === clientId);
  }
}
