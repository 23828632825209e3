import { sendJson } from "../lib/api.js";
import { newId } from "../lib/ids.js";
import { quoteFromJson } from "../message/quote.js";

const AFTER = 1_000;
const NOTHING = "";

/**
 * A text in step with the draft that the server keeps for all devices of its writer. What was typed here and is not saved yet
 * wins over what others tell; what is saved follows them.
 * `read()` is what stands in the field, {text, quoted: the message it answers or null}; `show(content)` puts another there,
 * `ask()` resolves with the draft that the server has now, `onSaved()` is called once it has this one.
 */
export class SavedDraft {
  #chatId;
  #outbox;
  #read;
  #show;
  #ask;
  #onSaved;
  /** The key under which this text will be sent: a save that comes after its send is dropped. */
  #clientId = newId();
  #sent = new Set();
  /** What the server has, as a mark to compare with; null: not known. */
  #saved = NOTHING;
  #typedHere = false;
  /** What is on its way there. */
  #leaving = null;
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
    return this.#mark === this.#saved;
  }

  // Actions

  /** `held` is what the server has; what stands in the field beside that was typed here. */
  start(held) {
    this.#saved = markOf(held);
    if (!this.saved) this.typed();
  }

  stop() {
    clearTimeout(this.#timer);
  }

  typed() {
    this.#typedHere = true;
    this.#saveSoon();
  }

  /** Now, even if the page is being left. */
  flush() {
    if (!this.saved && this.#leaving !== this.#mark) this.#save();
  }

  /** The text leaves: returns its key, and begins another. */
  take() {
    const clientId = this.#clientId;
    this.#sent.add(clientId);
    this.#clientId = newId();
    this.#reset();
    return clientId;
  }

  // Callbacks

  /** Another device has changed the draft, or it is gone; `draft` is that of the API. */
  heard(draft) {
    if (this.#isMine(draft) || !this.saved || this.#isSending || markOf(contentOf(draft)) === this.#mark) return;
    if (this.#typedHere) this.#makeSure();
    else this.#replace(contentOf(draft));
  }

  /** A message of the writer's, from whichever device: what it says is no draft any more. */
  posted({ client_id: key, message_text: text }) {
    if (this.#sent.has(key)) return;
    if (key) this.#sent.add(key);
    if (text && this.#read().text.trim() === text.trim()) this.#replace({ text: "", quoted: null });
  }

  /** With any message the server forgets the draft; what was typed since then is one. */
  cleared() {
    this.#saved = NOTHING;
    if (!this.saved) this.#saveSoon();
  }

  /** What was to leave will not: its draft goes too, for all devices. */
  forget() {
    this.#saved = null;
    this.#saveSoon();
  }

  // Internal

  get #isSending() {
    return this.#outbox.for(this.#chatId).some((item) => item.state === "pending");
  }

  get #mark() {
    return markOf(this.#read());
  }

  #isMine(draft) {
    const key = draft?.client_id;
    return Boolean(key) && (key === this.#clientId || this.#sent.has(key));
  }

  /** What is told may be older than what was typed and saved here: that gives way only to what the server has now. */
  async #makeSure() {
    const asked = (this.#asked = {});
    const draft = await this.#ask().catch(() => undefined);
    if (draft === undefined || asked !== this.#asked || this.#isMine(draft)) return;
    this.#replace(contentOf(draft));
  }

  #replace(content) {
    this.#reset();
    this.#saved = markOf(content);
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
    this.#timer = setTimeout(() => this.#leaving === null && this.flush(), AFTER);
  }

  async #save() {
    clearTimeout(this.#timer);
    const [{ text, quoted }, mark, clientId] = [this.#read(), this.#mark, this.#clientId];
    const body = { message_text: text, reply_to: quoted?.messageId ?? null, client_id: clientId };
    this.#leaving = mark;
    try {
      await sendJson("PUT", `/api/chat/chats/${this.#chatId}/draft`, body, { keepalive: true });
      if (clientId === this.#clientId) this.#saved = mark;
      this.#onSaved();
      if (!this.saved) this.#saveSoon();
    } catch {
      // Kept in this tab, and tried again with the next key or when the line is back.
    }
    this.#leaving = null;
  }
}

/** Without a text there is no draft, whatever it would answer. */
function markOf({ text, quoted }) {
  return text ? JSON.stringify([quoted?.messageId ?? null, text]) : NOTHING;
}

/** From the API's `draft`, which may be null. */
function contentOf(draft) {
  return { text: draft?.message_text ?? "", quoted: quoteFromJson(draft?.reply_to) };
}
