import { t } from "../lib/words.js";
import { textOf } from "../message/row.js";

/** Announces incoming messages in the only polite live region: the text of one, the number of several. */
export class Announcer {
  #region;
  #name;
  #clock;

  constructor(region, { name, clock }) {
    this.#region = region;
    this.#name = name;
    this.#clock = clock;
  }

  announce(rows) {
    if (rows.length === 0) return;
    this.#region.textContent = rows.length === 1 ? this.#sentence(rows[0]) : t("new_messages", { count: rows.length });
  }

  // Internal

  #sentence(row) {
    const files = [...row.querySelectorAll(".photos img")].map((image) => image.alt);
    const documents = [...row.querySelectorAll(".document a[download]")].map((link) => link.download);
    const words = [...files, ...documents, textOf(row)].filter(Boolean).join(". ");
    return t("incoming", { name: this.#name, time: this.#clock.time(new Date(row.dataset.at)), text: words });
  }
}
