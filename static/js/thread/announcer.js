import { announce } from "../lib/announce.js";
import { page } from "../lib/page.js";
import { t } from "../lib/words.js";
import { textOf } from "../message/row.js";

/** Announces what arrives in the open thread: the text of one message, the number of several, a reaction. */
export class Announcer {
  #thread;
  #clock;

  constructor(thread, { clock }) {
    this.#thread = thread;
    this.#clock = clock;
  }

  announce(rows) {
    if (rows.length === 0) return;
    this.#say(rows.length === 1 ? this.#sentence(rows[0]) : t("new_messages", { count: rows.length }));
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

  #sentence(row) {
    const files = [...row.querySelectorAll(".photos img")].map((image) => image.alt);
    const documents = [...row.querySelectorAll(".document a[download]")].map((link) => link.download);
    const words = [...files, ...documents, textOf(row)].filter(Boolean).join(". ");
    return t("incoming", { name: this.#name, time: this.#clock.time(new Date(row.dataset.at)), text: words });
  }
}
