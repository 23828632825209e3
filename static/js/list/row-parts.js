import { shortened } from "../lib/shortened.js";
import { t } from "../lib/words.js";
import { capped } from "./badge.js";

/** What events change in a row, as the server draws it: parts cloned from `#row-parts`, filled by `textContent`. */
export class RowParts {
  #parts;

  /** `template` is `#row-parts`. */
  constructor(template) {
    this.#parts = template.content;
  }

  /** `words` is how the clock writes the moment `at`. */
  time(at, words) {
    const time = this.#clone(".conversation__time");
    time.dateTime = at;
    time.textContent = words;
    return time;
  }

  /** The newest message. */
  last({ message_type: type, message_text: text, file_name: fileName }, { isMine }) {
    const last = this.#clone(`[data-last=${type}] > *`);
    // Drawn with "You:".
    if (!isMine) last.querySelector(".conversation__prefix").remove();
    last.lastElementChild.textContent = text ? shortened(text) : type === "image" ? t("photo") : fileName;
    return last;
  }

  draft(text) {
    const draft = this.#clone(".conversation__draft");
    draft.lastElementChild.textContent = shortened(text);
    return draft;
  }

  typing() {
    return this.#clone(".conversation__typing");
  }

  badge(count) {
    const badge = this.#clone(".badge");
    badge.firstElementChild.textContent = capped(count);
    badge.lastElementChild.textContent = t("unread_messages", { count });
    return badge;
  }

  // Internal

  #clone(selector) {
    return this.#parts.querySelector(selector).cloneNode(true);
  }
}
