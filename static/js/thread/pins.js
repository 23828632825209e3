import { getHtml } from "../lib/api.js";
import { serverRows } from "../lib/html.js";
import { matchingControl } from "../lib/matching-control.js";

/**
 * The pinned messages under the header of a thread. Rendered again by the server when a message is pinned or unpinned,
 * or a pinned one changes. The list closes on a click or focus elsewhere.
 */
export class Pins {
  #chatId;
  #thread;
  #clock;
  #asked = null;
  /** The last request failed. */
  #needsRefresh = false;

  constructor(thread, { chatId, clock }) {
    this.#thread = thread;
    this.#chatId = chatId;
    this.#clock = clock;
    this.writeTimes();
  }

  listen(signal) {
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const type of ["click", "focusin"]) {
      document.addEventListener(type, (event) => this.#closeFrom(event), { signal });
    }
  }

  /** Refresh when rows that were fetched differ from the list. */
  compare(rows) {
    const listed = new Map(itemsOf(this.#row).map(({ dataset }) => [dataset.messageId, dataset.seq]));
    const differs = (row) => pinnedSeq(row) !== listed.get(row.dataset.messageId);
    if (this.#needsRefresh || rows.some((row) => row.dataset.messageId && differs(row))) this.#refresh();
  }

  /** Refresh when the last request failed. */
  retry() {
    if (this.#needsRefresh) this.#refresh();
  }

  close() {
    this.#row.open = false;
  }

  /** In the reader's zone, with the day unless it is today. */
  writeTimes(row = this.#row) {
    row.querySelectorAll("time[data-moment]").forEach((moment) => this.#clock.write(moment));
  }

  // Callbacks

  #key({ key, target }) {
    if (key !== "Escape" || !this.#row.open || target.closest("dialog")) return;
    this.close();
    this.#row.querySelector("summary").focus();
  }

  #closeFrom({ target }) {
    if (target instanceof Element && !target.closest("[data-pins], dialog")) this.close();
  }

  // Internal

  get #row() {
    return this.#thread.querySelector("[data-pins]");
  }

  /** Only the answer to the last request is used. */
  async #refresh() {
    const asked = (this.#asked = {});
    this.#needsRefresh = false;
    const html = await getHtml(`/chat/${this.#chatId}/pins`).catch(() => null);
    if (asked !== this.#asked) return;
    this.#needsRefresh = html === null;
    if (this.#needsRefresh) return;
    const fresh = serverRows(html).querySelector("[data-pins]");
    fresh.open = this.#row.open && !fresh.hidden;
    this.writeTimes(fresh);
    this.#replace(fresh);
  }

  #replace(fresh) {
    const present = this.#row;
    const focused = present.contains(document.activeElement) ? document.activeElement : null;
    present.replaceWith(fresh);
    if (!focused) return;
    const next = successor(focused, present, fresh) ?? this.#thread.querySelector(".message[tabindex='0']");
    next?.focus();
  }
}

function itemsOf(row) {
  return [...row.querySelectorAll("li")];
}

/** The `seq` of a pinned message, which its list item has too; undefined where it is not pinned. */
function pinnedSeq({ dataset }) {
  return "pinned" in dataset ? dataset.seq : undefined;
}

/** The same control of the same pin, or of the next one where that pin is gone; null where no pin is left. */
function successor(control, present, fresh) {
  if (fresh.hidden) return null;
  const pin = control.closest("li");
  if (!pin) return matchingControl(control, fresh);
  const [before, after] = [itemsOf(present), itemsOf(fresh)];
  const same = after.find((other) => other.dataset.messageId === pin.dataset.messageId);
  if (same) return matchingControl(control, same);
  return after[Math.min(before.indexOf(pin), after.length - 1)].querySelector(control.localName);
}
