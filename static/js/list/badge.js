import { pageLock } from "../lib/page-lock.js";
import { page } from "../lib/page.js";
import { t } from "../lib/words.js";

/**
 * The number of unread messages, in the navigation, in the window title ("Monique Delatour, 2 unread — Clinic") and on
 * the icon of the installed app.
 */
export class Badge {
  #mark;
  #words;
  #name;
  #clinic;
  #count = 0;

  /** `root` is the document. */
  constructor(root) {
    this.#mark = root.querySelector("[data-unread-badge]");
    this.#words = root.querySelector("[data-unread-words]");
    this.#clinic = ` — ${root.querySelector("head > title").dataset.of}`;
    this.#name = root.title.slice(0, -this.#clinic.length);
  }

  set(count) {
    this.#count = count;
    markApp(count);
    const shown = capped(count);
    this.#entitle();
    if (!this.#mark) return;
    this.#mark.hidden = count === 0;
    this.#mark.textContent = shown;
    this.#words.textContent = count ? `, ${t("unread_messages", { count })}` : "";
  }

  /** The page shows something else now. */
  rename(name) {
    this.#name = name;
    this.#entitle();
  }

  // Internal

  #entitle() {
    const count = capped(this.#count);
    const words = this.#count ? t("unread_in_title", { name: this.#name, count }) : this.#name;
    pageLock().entitle(words + this.#clinic);
  }
}

/** On the icon of the installed app. Where there is none, nothing is lost. */
function markApp(count) {
  (count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => {});
}

export function capped(count) {
  return count > page.mostInBadge ? `${page.mostInBadge}+` : String(count);
}
