import { t } from "../lib/words.js";

const WAIT = 200;

/**
 * What narrows the list: the typed words, and the filter ("" for all). `ask()` fetches what matches, and resolves once
 * it is shown.
 */
export class ListSearch {
  #field;
  #form;
  #list;
  #filter;
  #none;
  #ask;
  #shown;
  #timer = null;

  constructor(list, ask) {
    this.#list = list;
    this.#form = list.querySelector("form[role=search]");
    this.#field = this.#form.elements.q;
    this.#filter = this.#form.elements.filter;
    this.#none = list.querySelector("[data-none]");
    this.#ask = ask;
    this.#shown = this.query;
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

  get filter() {
    return this.#filter.disabled ? "" : this.#filter.value;
  }

  /** Whether what is shown was asked for with these words and this filter. */
  isShown(query = this.query) {
    return query === this.#shown;
  }

  // Actions

  /** Show the conversations of this filter: "" for all. */
  choose(filter) {
    if (filter === this.filter) return;
    this.#filter.value = filter;
    this.#filter.disabled = !filter;
    for (const tab of this.#list.querySelectorAll("[data-filter]")) {
      tab.removeAttribute("aria-current");
      if (tab.dataset.filter !== filter) continue;
      tab.setAttribute("aria-current", "true");
      tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    this.#ask();
  }

  /** `nothing`: show that no conversation was found, with the typed words. `query` is what the rows were asked by. */
  show(nothing, query = this.#shown) {
    const [filter, q] = [this.filter, this.#words];
    this.#shown = query;
    this.#none.hidden = !nothing;
    const title = q ? t("list_none_found", { q }) : t(filter ? `list_none_${filter}` : "list_none");
    this.#none.querySelector(".notice__title").textContent = title;
    for (const rest of this.#none.querySelectorAll("p")) rest.hidden = q || (rest.dataset.for ?? filter) !== filter;
  }

  /** Once for several keys, or events, in short succession. */
  askSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#ask, WAIT);
  }

  // Callbacks

  #key(event) {
    if (!this.#field.value || event.isComposing) return;
    if (event.key === "ArrowDown") this.#submit(event);
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.#field.value = "";
    this.#ask();
  }

  /** Enter, or the arrow into the list: the first conversation that is found is opened. */
  async #submit(event) {
    event.preventDefault();
    clearTimeout(this.#timer);
    if (!this.isShown()) await this.#ask();
    if (this.#words && this.isShown()) this.#list.querySelector("a.conversation")?.click();
  }

  // Internal

  get #words() {
    return this.#field.value.trim();
  }
}
