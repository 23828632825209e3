import { t } from "../lib/words.js";
import { idOf } from "../message/row.js";
import { ofMessage } from "../message/subject.js";

/**
 * The receipt lines below my messages: read by the other side, delivered to a device of theirs, or only sent. The
 * ticks in the rows follow by CSS, from the lines and from `data-receipts` of the list, which names them.
 */
export class Receipts {
  #list;
  #template;
  #clock;
  #me;
  /** The lines by state. */
  #lines;
  #readUpTo = 0;
  #readAt = null;
  #deliveredUpTo = 0;

  constructor(list, { template, clock, me }) {
    this.#list = list;
    this.#template = template;
    this.#clock = clock;
    this.#me = me;
    this.#lines = new Map([...list.querySelectorAll(".receipt-line")].map((line) => [line.dataset.state, line]));
  }

  /** The other side's watermarks, or one of them. They never go back. What is read is delivered. */
  update({ up_to: readUpTo, read_at: readAt, delivered_up_to: deliveredUpTo }) {
    if (readUpTo && readUpTo >= this.#readUpTo) [this.#readUpTo, this.#readAt] = [readUpTo, readAt];
    this.#deliveredUpTo = Math.max(this.#deliveredUpTo, this.#readUpTo, deliveredUpTo ?? 0);
  }

  /** Without `complete` newer messages are missing, and a line would be about one of those: only ticks are shown. */
  place(rows, { complete }) {
    const mine = rows.filter((row) => row.dataset.senderRole === this.#me && !row.dataset.state);
    const upTo = (mark) => mine.findLast((row) => idOf(row) && idOf(row) <= mark);
    const delivered = upTo(this.#deliveredUpTo);
    const read = this.#readAt ? upTo(this.#readUpTo) : undefined;
    const last = mine.at(-1);
    const places = { read, delivered: delivered !== read && delivered, sent: last !== delivered && last };
    // What moves away does so first, since it may stand where another line belongs.
    for (const [state, row] of Object.entries(places)) if (!row) this.#remove(state);
    for (const [state, row] of Object.entries(places)) if (row) this.#put(row, state, { hidden: !complete });
    this.#list.dataset.receipts = ["read", "delivered"].filter((state) => places[state]).join(" ");
  }

  // Internal

  #remove(state) {
    this.#lines.get(state)?.remove();
    this.#lines.delete(state);
  }

  /** Only what is different is written: each write makes the browser lay out rows again. */
  #put(row, state, { hidden }) {
    const line = this.#lines.get(state) ?? this.#newLine(state);
    if (line.hidden !== hidden) line.hidden = hidden;
    write(line.querySelector("[data-receipt-words]"), this.#words(state));
    write(line.querySelector("[data-receipt-of]"), ofMessage(row));
    if (row.nextElementSibling !== line) row.after(line);
  }

  #newLine(state) {
    const line = this.#template.content.firstElementChild.cloneNode(true);
    line.dataset.state = state;
    this.#lines.set(state, line);
    return line;
  }

  #words(state) {
    if (state !== "read") return t(state);
    const at = new Date(this.#readAt);
    const time = this.#clock.time(at);
    if (this.#clock.day(at) === this.#clock.day(new Date())) return t("read_at", { time });
    return t("read_on", { day: this.#clock.shortDay(at), time });
  }
}

function write(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
