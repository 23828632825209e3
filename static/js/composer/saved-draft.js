import { sendJson } from "../lib/api.js";
import { newId } from "../lib/ids.js";
import { quoteFromJson } from "../message/quote.js";

const AFTER = 1_000;
const NOTHING = "";

/**
 * Keeps the text of the field in sync with the draft on the server, which all devices of its writer share. A text that
 * was typed here and is not saved yet wins over those of other devices; a saved one follows them.
 * `read()` returns the content of the field, {text, quoted: the message it replies to, or null}; `show(content)`
 * replaces it. `ask()` resolves with the server's current draft. `onSaved()` is called after each save.
 */
export class SavedDraft {
  #chatId;
  #outbox;
  #read;
  #show;
  #ask;
  #onSaved;
  /** The key under which this text will be sent. The server drops a save that arrives after its send. */
  #clientId = newId();
  #sent = new Set();
  /** What the server has, as a comparable key; null: unknown. */
  #saved = NOTHING;
  #typedHere = false;
  /** The key of the save in progress, or null. */
  #saving = null;
  #asked = null;
  #timer = null;

  constructor({ chatId, outbox, read, show, ask, onSaved }) {
    this.#chatId = chatId;
    this.#outbox = outbox;
    this.#read = read;
    this.#show = show;
    this.#ask = ask;
    this.#onSaved = onSaved;
  }

  get saved() {
    return this.#key === this.#saved;
  }

  // Actions

  /** `stored` is what the server has. Any other text in the field was typed here. */
  start(stored) {
    this.#saved = contentKey(stored);
    if (!this.saved) this.typed();
  }

  stop() {
    clearTimeout(this.#timer);
  }

  typed() {
    this.#typedHere = true;
    this.#saveSoon();
  }

  /** Save now, even while the page is being left. */
  flush() {
    if (!this.saved && this.#saving !== this.#key) this.#save();
  }

  /** The text is sent: returns its key, and starts a new draft. */
  take() {
    const clientId = this.#clientId;
    this.#sent.add(clientId);
    this.#clientId = newId();
    this.#reset();
    return clientId;
  }

  // Callbacks

  /** Another device has changed or removed the draft; `draft` is that of the API. */
  receive(draft) {
    if (this.#isMine(draft) || !this.saved || this.#isSending) return;
    if (contentKey(contentOf(draft)) === this.#key) return;
    if (this.#typedHere) this.#askServer();
    else this.#replace(contentOf(draft));
  }

  /** A message of the writer, from any device: the same text is no draft any more. */
  posted({ client_id: key, message_text: text }) {
    if (this.#sent.has(key)) return;
    if (key) this.#sent.add(key);
    if (text && this.#read().text.trim() === text.trim()) this.#replace({ text: "", quoted: null });
  }

  /** With each message the server deletes the draft. A text that was typed since then is a new one. */
  cleared() {
    this.#saved = NOTHING;
    if (!this.saved) this.#saveSoon();
  }

  /** An unsent message was discarded: its draft is deleted too, on all devices. */
  forget() {
    this.#saved = null;
    this.#saveSoon();
  }

  // Internal

  get #isSending() {
    return this.#outbox.for(this.#chatId).some((item) => item.state === "pending");
  }

  get #key() {
    return contentKey(this.#read());
  }

  #isMine(draft) {
    const key = draft?.client_id;
    return Boolean(key) && (key === this.#clientId || this.#sent.has(key));
  }

  /** The event may be older than the text saved here, which is replaced only by what the server has now. */
  async #askServer() {
    const asked = (this.#asked = {});
    const draft = await this.#ask().catch(() => undefined);
    if (draft === undefined || asked !== this.#asked || this.#isMine(draft)) return;
    this.#replace(contentOf(draft));
  }

  #replace(content) {
    this.#reset();
    this.#saved = contentKey(content);
    if (!this.saved) this.#show(content);
  }

  #reset() {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.#saved = NOTHING;
    this.#typedHere = false;
  }

  #saveSoon() {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.#timer = setTimeout(() => this.#saving === null && this.flush(), AFTER);
  }

  async #save() {
    clearTimeout(this.#timer);
    const [{ text, quoted }, key, clientId] = [this.#read(), this.#key, this.#clientId];
    const body = { message_text: text, reply_to: quoted?.messageId ?? null, client_id: clientId };
    this.#saving = key;
    try {
      await sendJson("PUT", `/api/chat/chats/${this.#chatId}/draft`, body, { keepalive: true });
      if (clientId === this.#clientId) this.#saved = key;
      this.#onSaved();
      if (!this.saved) this.#saveSoon();
    } catch {
      // It stays in this tab, and is saved again on the next key or after a reconnect.
    }
    this.#saving = null;
  }
}

/** Without a text there is no draft, even with a quote. */
function contentKey({ text, quoted }) {
  return text ? JSON.stringify([quoted?.messageId ?? null, text]) : NOTHING;
}

/** From the API's `draft`, which may be null. */
function contentOf(draft) {
  return { text: draft?.message_text ?? "", quoted: quoteFromJson(draft?.reply_to) };
}
