import { idOf, textOf } from "./row.js";

/** Corrections that were begun and not saved. Each is kept as long as the text of its message stays the same. */
export class CorrectionDrafts {
  #begun = new Map();

  /** The initial text of the field: what was typed before, or the text of the message. */
  begin(row) {
    const words = textOf(row);
    if (this.#of(row)?.from !== words) this.#begun.set(idOf(row), { from: words, text: words });
    return this.#of(row).text;
  }

  type(row, text) {
    this.#of(row).text = text;
  }

  isTyped(row) {
    const begun = this.#of(row);
    return Boolean(begun) && begun.text !== begun.from;
  }

  /** True, once, when the message was corrected elsewhere meanwhile. Whoever saves again has seen the new text. */
  isOvertaken(row) {
    const begun = this.#of(row);
    const words = textOf(row);
    if (row.hasAttribute("data-retracted") || begun.from === words) return false;
    begun.from = words;
    return true;
  }

  forget(row) {
    this.#begun.delete(idOf(row));
  }

  // Internal

  #of(row) {
    return this.#begun.get(idOf(row));
  }
}
