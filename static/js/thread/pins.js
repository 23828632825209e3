import { getHtml } from "../lib/api.js";
import { serverRows } from "../lib/html.js";
import { matchingControl } from "../lib/matching-control.js";

/**
 * The row of pinned messages under the head of a thread: drawn again by the server when something was pinned or let go, or a
 * pinned message changed. Its list closes when one goes elsewhere.
 */
export class Pins {
  #chatId;
  #thread;
  #clock;
  #asked = null;
  /** The last question got no answer. */
  #isOwed = false;

  constructor(thread, { chatId, clock }) {
    this.#thread = thread;
    this.#chatId = chatId;
    this.#clock = clock;
    this.#tell(this.#row);
  }

  listen(signal) {
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const going of ["click", "focusin"]) document.addEventListener(going, (event) => this.#left(event), { signal });
  }

  /** Rows that came in may say otherwise than what is listed. */
  compare(rows) {
    const listed = new Map([...this.#row.querySelectorAll("li")].map(({ dataset }) => [dataset.messageId, dataset.seq]));
    const pinned = ({ dataset }) => ("pinned" in dataset ? dataset.seq : undefined);
    const differs = (row) => pinned(row) !== listed.get(row.dataset.messageId);
    if (this.#isOwed || rows.some((row) => row.dataset.messageId && differs(row))) this.#refresh();
  }

  close() {
    this.#row.open = false;
  }

  // Callbacks

  #key({ key, target }) {
    if (key !== "Escape" || !this.#row.open || target.closest("dialog")) return;
    this.close();
    this.#row.querySelector("summary").focus();
  }

  #left({ target }) {
    if (target instanceof Element && !target.closest("[data-pins], dialog")) this.close();
  }

  // Internal

  get #row() {
    return this.#thread.querySelector("[data-pins]");
  }

  /** The last question counts. */
  async #refresh() {
    const asked = (this.#asked = {});
    const html = await getHtml(`/chat/${this.#chatId}/pins`).catch(() => null);
    if (asked !== this.#asked) return;
    this.#isOwed = html === null;
    if (this.#isOwed) return;
    const fresh = serverRows(html).querySelector("[data-pins]");
    fresh.open = this.#row.open && !fresh.hidden;
    this.#tell(fresh);
    this.#replace(fresh);
  }

  #replace(fresh) {
    const present = this.#row;
    const focused = present.contains(document.activeElement) ? document.activeElement : null;
    present.replaceWith(fresh);
    if (focused) (successor(focused, present, fresh) ?? this.#thread.querySelector(".message[tabindex='0']"))?.focus();
  }

  #tell(row) {
    row.querySelectorAll("time[data-moment]").forEach((moment) => this.#clock.write(moment));
  }
}

/** The same control of the same pin, or of the next where that one was let go; null where no pin is left. */
function successor(control, present, fresh) {
  if (fresh.hidden) return null;
  const pin = control.closest("li");
  if (!pin) return matchingControl(control, fresh);
  const [before, after] = [present, fresh].map((row) => [...row.querySelectorAll("li")]);
  const same = after.find((other) => other.dataset.messageId === pin.dataset.messageId);
  if (same) return matchingControl(control, same);
  return after[Math.min(before.indexOf(pin), after.length - 1)].querySelector(control.localName);
}
