import { getHtml } from "../lib/api.js";
import { serverRows } from "../lib/html.js";

/** The row of pinned messages under the head of a thread: drawn again by the server when something was pinned or let go. */
export class Pins {
  #chatId;
  #thread;
  #clock;

  constructor(thread, { chatId, clock }) {
    this.#thread = thread;
    this.#chatId = chatId;
    this.#clock = clock;
    this.#tell(this.#row);
  }

  /** Rows that came in may say otherwise than what is listed. */
  compare(rows) {
    const listed = new Set([...this.#row.querySelectorAll("[data-quoted]")].map((link) => link.dataset.quoted));
    const differs = (row) => row.hasAttribute("data-pinned") !== listed.has(row.dataset.messageId);
    if (rows.some((row) => row.dataset.messageId && differs(row))) this.refresh();
  }

  async refresh() {
    const html = await getHtml(`/chat/${this.#chatId}/pins`).catch(() => null);
    if (html === null) return;
    const fresh = serverRows(html).querySelector("[data-pins]");
    fresh.open = this.#row.open && !fresh.hidden;
    this.#tell(fresh);
    this.#row.replaceWith(fresh);
  }

  close() {
    this.#row.open = false;
  }

  // Internal

  get #row() {
    return this.#thread.querySelector("[data-pins]");
  }

  #tell(row) {
    row.querySelectorAll("time[data-moment]").forEach((moment) => this.#clock.write(moment));
  }
}
