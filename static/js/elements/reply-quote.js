import { nameOf } from "../message/quote.js";

/** The message that is replied to, above the field. Event: `change`. */
export class ReplyQuote extends HTMLElement {
  #quoted = null;
  #listening = null;

  connectedCallback() {
    this.#quoted ??= this.#rendered;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.querySelector("[data-action=cancel-reply]").addEventListener("click", () => this.#cancel(), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  /** {messageId, name, words, isCorrected}, or null. */
  get quoted() {
    return this.#quoted;
  }

  set quoted(quoted) {
    this.#quoted = quoted;
    this.hidden = !quoted;
    this.querySelector("[data-who]").textContent = quoted?.name ?? "";
    this.querySelector("[data-words]").textContent = quoted?.words ?? "";
    this.#corrected.hidden = !quoted?.isCorrected;
  }

  get #rendered() {
    const messageId = Number(this.dataset.answers);
    if (!messageId) return null;
    const { words } = this.querySelector("[data-words]").dataset;
    return { messageId, name: nameOf(this.dataset.answersRole), words, isCorrected: !this.#corrected.hidden };
  }

  get #corrected() {
    return this.querySelector("[data-corrected]");
  }

  #cancel() {
    this.quoted = null;
    this.dispatchEvent(new Event("change"));
  }
}
