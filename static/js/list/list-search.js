import { t } from "../lib/words.js";

const WAIT = 200;

/** The filter of the list: the typed words, and the page's own filter. `ask()` fetches what matches. */
export class ListSearch {
  #field;
  #form;
  #none;
  #noneTitle;
  #ask;
  #timer = null;

  constructor(list, ask) {
    this.#form = list.querySelector("form[role=search]");
    this.#field = this.#form.elements.q;
    this.#none = list.querySelector("[data-none]");
    this.#noneTitle = this.#none.querySelector(".notice__title").textContent;
    this.#ask = ask;
  }

  listen(signal) {
    this.#field.addEventListener("input", () => this.askSoon(), { signal });
    this.#field.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#form.addEventListener("submit", (event) => this.#submit(event), { signal });
  }

  stop() {
    clearTimeout(this.#timer);
  }

  get query() {
    const query = new URLSearchParams(new FormData(this.#form));
    if (!this.#words) query.delete("q");
    return String(query) && `?${query}`;
  }

  get narrowed() {
    return this.query !== "";
  }

  /** `nothing`: show that no conversation was found, with the typed words. */
  show(nothing) {
    const title = this.#none.querySelector(".notice__title");
    this.#none.hidden = !nothing;
    title.textContent = this.#words ? t("list_none_found", { q: this.#words }) : this.#noneTitle;
    for (const rest of this.#none.querySelectorAll("p")) rest.hidden = Boolean(this.#words);
  }

  /** Once for several keys, or events, in short succession. */
  askSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#ask, WAIT);
  }

  // Callbacks

  #key(event) {
    if (event.key !== "Escape" || !this.#field.value) return;
    event.preventDefault();
    this.#field.value = "";
    this.#ask();
  }

  #submit(event) {
    event.preventDefault();
    clearTimeout(this.#timer);
    this.#ask();
  }

  // Internal

  get #words() {
    return this.#field.value.trim();
  }
}
