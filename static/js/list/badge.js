import { page } from "../lib/page.js";
import { t } from "../lib/words.js";

/** The number of unread messages, in the navigation and in the window title. */
export class Badge {
  #root;
  #mark;
  #words;
  #title;
  #count = 0;

  /** `root` is the document. */
  constructor(root) {
    this.#root = root;
    this.#mark = root.querySelector("[data-unread-badge]");
    this.#words = root.querySelector("[data-unread-words]");
    this.#title = root.title.replace(/^\(\d+\+?\) /, "");
  }

  /** The title of the page, without the number. */
  rename(title) {
    this.#title = title;
    this.set(this.#count);
  }

  set(count) {
    this.#count = count;
    const shown = capped(count);
    this.#root.title = count ? `(${shown}) ${this.#title}` : this.#title;
    if (!this.#mark) return;
    this.#mark.hidden = count === 0;
    this.#mark.textContent = shown;
    this.#words.textContent = count ? `, ${t("unread_messages", { count })}` : "";
  }
}

export function capped(count) {
  return count > page.mostInBadge ? `${page.mostInBadge}+` : String(count);
}
