/**
 * The foot of a thread: the field, or the words that say why nobody can answer, with what was typed left to be copied.
 * The field is put aside, not away: its text and files are there again when the other person is.
 */
export class ThreadFooter {
  #thread;
  #draft;
  #alarm;

  /** `draft()` is the text that was typed and not sent. */
  constructor(thread, { draft, alarm }) {
    this.#thread = thread;
    this.#draft = draft;
    this.#alarm = alarm;
  }

  get #open() {
    return this.#thread.dataset.canReply === "true";
  }

  start() {
    if (!this.#open) this.#showDraft();
  }

  know(canReply) {
    if (canReply === this.#open) return;
    const composer = this.#thread.querySelector("chat-composer");
    if (!composer) return location.reload();
    const wasWriting = composer.contains(document.activeElement);
    this.#thread.dataset.canReply = canReply;
    composer.hidden = !canReply;
    this.#closed.hidden = canReply;
    if (canReply) return;
    this.#showDraft();
    this.#alarm.textContent = this.#closed.querySelector(".closed__title").textContent;
    if (wasWriting) this.#closed.focus();
  }

  // Internal

  get #closed() {
    return this.#thread.querySelector(".closed");
  }

  /** What the server gave back of a form post stands there already. */
  #showDraft() {
    const kept = this.#closed.querySelector("[data-kept]");
    const field = kept.querySelector("textarea");
    field.value = this.#draft() || field.defaultValue;
    kept.hidden = !field.value;
  }
}
