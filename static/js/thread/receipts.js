import { t } from "../lib/words.js";
import { idOf } from "../message/row.js";

/**
 * The receipt lines below my messages: read by the other side, delivered to a device of theirs, or only sent. The
 * ticks in the rows follow by CSS.
 */
export class Receipts {
  #list;
  #template;
  #clock;
  #me;
  #readUpTo = 0;
  #readAt = null;
  #deliveredUpTo = 0;

  constructor(list, { template, clock, me }) {
    this.#list = list;
    this.#template = template;
    this.#clock = clock;
    this.#me = me;
  }

  /** The other side's watermarks, or one of them. They never go back. What is read is delivered. */
  update({ up_to: readUpTo, read_at: readAt, delivered_up_to: deliveredUpTo }) {
    if (readUpTo && readUpTo >= this.#readUpTo) [this.#readUpTo, this.#readAt] = [readUpTo, readAt];
    this.#deliveredUpTo = Math.max(this.#deliveredUpTo, this.#readUpTo, deliveredUpTo ?? 0);
  }

  /** Without `complete` newer messages are missing, and a line would be about one of those: only ticks are shown. */
  place(rows, { complete }) {
    this.#list.querySelectorAll(":scope > .receipt-line").forEach((line) => line.remove());
    const mine = rows.filter((row) => row.dataset.senderRole === this.#me && !row.dataset.state);
    const put = (row, state, words) => this.#put(row, state, { words, hidden: !complete });
    const upTo = (mark) => mine.findLast((row) => idOf(row) && idOf(row) <= mark);
    const delivered = upTo(this.#deliveredUpTo);
    const read = this.#readAt ? upTo(this.#readUpTo) : undefined;
    put(read, "read", () => this.#readWords());
    if (delivered !== read) put(delivered, "delivered", () => t("delivered"));
    if (mine.at(-1) !== delivered) put(mine.at(-1), "sent", () => t("sent"));
  }

  // Internal

  #put(row, state, { words, hidden }) {
    if (!row) return;
    const line = this.#template.content.firstElementChild.cloneNode(true);
    line.dataset.state = state;
    line.hidden = hidden;
    line.querySelector("[data-receipt-words]").textContent = words();
    row.after(line);
  }

  #readWords() {
    const at = new Date(this.#readAt);
    const time = this.#clock.time(at);
    if (this.#clock.day(at) === this.#clock.day(new Date())) return t("read_at", { time });
    return t("read_on", { day: this.#clock.shortDay(at), time });
  }
}
