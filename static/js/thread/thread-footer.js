import { t } from "../lib/words.js";

/**
 * The footer of a thread: the composer, or the reason why nobody can reply, with the typed text to copy.
 * A reason is the code of a refusal; the page has its sentence, `blocked_<code>`.
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

  start() {
    if (this.#reason) this.#showDraft();
  }

  /** Whether one may write here, and why not, as the API has it: `can_reply` and `reply_blocked_reason`. */
  update({ can_reply: canReply, reply_blocked_reason: reason }) {
    // The previous release gives no reason.
    this.#follow(canReply ? "" : reason || this.#reason || "unknown");
  }

  /** A send was refused with this code. If that is a reason why nobody can reply, all others would be, too. */
  refused(code) {
    if (t(`blocked_${code}`)) this.#follow(code);
  }

  // Internal

  /** The code of the refusal; "" while replies are possible. */
  get #reason() {
    return this.#thread.dataset.replyBlockedReason;
  }

  get #closed() {
    return this.#thread.querySelector(".closed");
  }

  #follow(reason) {
    if (reason === this.#reason) return;
    const composer = this.#thread.querySelector("chat-composer");
    if (!composer && !reason) return location.reload();
    const wasWriting = composer?.contains(document.activeElement);
    Object.assign(this.#thread.dataset, { canReply: !reason, replyBlockedReason: reason });
    composer?.toggleAttribute("hidden", Boolean(reason));
    this.#closed.hidden = !reason;
    if (!reason) return;
    this.#showDraft();
    this.#showReason();
    if (wasWriting) this.#closed.focus();
  }

  #showReason() {
    const name = this.#thread.dataset.otherName;
    const words = t(`blocked_${this.#reason}`, { name }) || t("blocked_unknown", { name });
    this.#closed.querySelector("[data-blocked-words]").textContent = this.#alarm.textContent = words;
  }

  /** After a refused form post the server has rendered the text in the field already. */
  #showDraft() {
    const kept = this.#closed.querySelector("[data-kept]");
    const field = kept.querySelector("textarea");
    field.value = this.#draft() || field.defaultValue;
    kept.hidden = !field.value;
  }
}
