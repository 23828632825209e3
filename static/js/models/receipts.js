import { idOf } from "./rows.js";
import { t } from "../lib/words.js";

/** The lines below my messages: what the other side has read, and what it has not yet. The ticks in the rows follow by CSS. */
export class Receipts {
  #list;
  #template;
  #clock;
  #me;
  #read = { up_to: null, read_at: null };

  constructor(list, { template, clock, me }) {
    this.#list = list;
    this.#template = template;
    this.#clock = clock;
    this.#me = me;
  }

  /** The other side's watermark; never backwards. */
  know(read) {
    if ((read?.up_to ?? 0) >= (this.#read.up_to ?? 0)) this.#read = read;
  }

  place(rows) {
    this.#list.querySelectorAll(":scope > .receipt-line").forEach((line) => line.remove());
    const mine = rows.filter((row) => row.dataset.senderRole === this.#me && !row.dataset.state);
    const last = mine.at(-1);
    const read = mine.findLast((row) => idOf(row) && idOf(row) <= (this.#read.up_to ?? 0));
    if (read && this.#read.read_at) read.after(this.#line("read", this.#readWords()));
    if (last && last !== read) last.after(this.#line("sent", t("sent")));
  }

  // Internal

  #readWords() {
    const at = new Date(this.#read.read_at);
    const time = this.#clock.time(at);
    if (this.#clock.day(at) === this.#clock.day(new Date())) return t("read_at", { time });
    return t("read_on", { day: this.#clock.shortDay(at), time });
  }

  #line(state, words) {
    const line = this.#template.content.firstElementChild.cloneNode(true);
    line.dataset.state = state;
    line.querySelector("[data-receipt-words]").textContent = words;
    return line;
  }
}
