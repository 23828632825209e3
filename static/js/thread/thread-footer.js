/**
 * The footer of a thread: the composer, or the reason why nobody can reply, with the typed text to copy.
 * The composer is only hidden: its text and files are still there once replies are possible again.
 */
export class ThreadFooter {
  #thread;
  #draft;
  #alarm;

  /** `draft()` returns the text that was typed and not sent. */
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

  setCanReply(canReply) {
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

  /** After a refused form post the server has rendered the text in the field already. */
  #showDraft() {
    const kept = this.#closed.querySelector("[data-kept]");
    const field = kept.querySelector("textarea");
    field.value = this.#draft() || field.defaultValue;
    kept.hidden = !field.value;
  }
}
