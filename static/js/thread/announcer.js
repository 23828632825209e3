import { announce } from "../lib/announce.js";
import { page } from "../lib/page.js";
import { t } from "../lib/words.js";
import { textOf } from "../message/row.js";

/** How many lines that nobody wrote are told at once. */
const MOST_LINES = 3;

/** Announces what arrives in the open thread: the text of one message, the number of several, lines, a reaction. */
export class Announcer {
  #thread;
  #clock;

  constructor(thread, { clock }) {
    this.#thread = thread;
    this.#clock = clock;
  }

  /** New rows, of which those that the reader wrote are not told. */
  announce(rows) {
    const lines = rows.map(lineOf).filter(Boolean).slice(-MOST_LINES);
    const words = [this.#messages(rows.filter((row) => row.dataset.senderRole === page.otherRole)), ...lines];
    if (words.some(Boolean)) this.#say(words.filter(Boolean).join(". "));
  }

  /** `row` is that of its message before the change, if it is shown. One that it shows already is not new. */
  reacted({ emoji, user_id: userId }, row) {
    const shown = row?.querySelector(`.reaction[data-emoji="${CSS.escape(emoji)}"]`);
    if (shown?.dataset.userIds.split(" ").includes(String(userId))) return;
    this.#say(t("reacted", { name: this.#name, word: page.reactions[emoji] ?? emoji }));
  }

  // Internal

  get #name() {
    return this.#thread.dataset.otherName;
  }

  /** On a narrow screen the thread beside the list is not shown: then its news are told like those of any other. */
  #say(words) {
    if (this.#thread.checkVisibility()) announce(words);
  }

  #messages(rows) {
    return rows.length > 1 ? t("new_messages", { count: rows.length }) : rows.map((row) => this.#sentence(row))[0];
  }

  #sentence(row) {
    const files = [...row.querySelectorAll(".photos img")].map((image) => image.alt);
    const documents = [...row.querySelectorAll(".document a[download]")].map((link) => link.download);
    const words = [...files, ...documents, textOf(row)].filter(Boolean).join(". ");
    return t("incoming", { name: this.#name, time: this.#clock.time(new Date(row.dataset.at)), text: words });
  }
}

/** What a line that nobody wrote tells. */
function lineOf(row) {
  return row.querySelector("[data-line]")?.textContent;
}
