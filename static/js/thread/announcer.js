import { t } from "../lib/words.js";

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
    const documents = [...row.querySelectorAll(".document__name")].map((name) => name.textContent);
    const text = row.querySelector("[data-text]")?.textContent;
    const words = [...files, ...documents, text].filter(Boolean).join(". ");
    return t("incoming", { name: this.#name, time: this.#clock.time(new Date(row.dataset.at)), text: words });
  }
}
