import { postForm } from "../lib/api.js";
import { serverRows } from "../lib/html.js";
import { newId } from "../lib/ids.js";
import { onNewDay } from "../lib/new-day.js";
import { page } from "../lib/page.js";
import { TabStorage } from "../lib/tab-storage.js";
import { Clock } from "../lib/time.js";
import { t } from "../lib/words.js";

const KEPT = "search";

/**
 * Searches messages without a page load, so that going back from a conversation leads to the same results, as far as
 * they were shown. The query stays in this tab, for this person, for this entry of the browser's history.
 */
export class SearchPage extends HTMLElement {
  #form;
  #results;
  #storage = new TabStorage(page.userId);
  #listening = null;
  #asked = 0;

  // Lifecycle

  connectedCallback() {
    this.#form = this.querySelector("form[data-search]");
    this.#results = this.querySelector("[data-results]");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#form.addEventListener("change", (event) => event.target.name !== "q" && this.#again(), { signal });
    this.#results.addEventListener("click", (event) => this.#leave(event), { signal });
    const clock = new Clock();
    onNewDay(clock, () => this.#renameTimes(clock), signal);
    if (this.#kept) this.#restore(this.#kept);
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Callbacks

  #submit(event) {
    event.preventDefault();
    const fields = new FormData(event.target, event.submitter);
    if (event.target === this.#form) this.#ask(fields);
    else this.#continue(fields);
  }

  #leave(event) {
    const opened = event.target.closest(".result");
    if (opened) this.#keepPlace({ opened: opened.id, top: this.#results.scrollTop });
  }

  /** "Aujourd’hui, 10:32" becomes "Hier, 10:32". */
  #renameTimes(clock) {
    const times = this.#results.querySelectorAll(".result time:not([datetime=''])");
    times.forEach((time) => (time.textContent = clock.dayAndTime(new Date(time.dateTime))));
  }

  // Actions

  focus() {
    this.#form.elements.q.focus();
    this.#form.elements.q.select();
  }

  // Internal

  #again() {
    if (this.#form.checkValidity()) this.#ask(new FormData(this.#form));
  }

  /** True when an answer came and is shown. `place` is the position in the results. */
  async #ask(fields, place = {}) {
    const query = Object.fromEntries(fields.entries());
    delete query.csrfmiddlewaretoken;
    this.#choose(query.type);
    if (query.from || query.to) this.#form.querySelector("details").open = true;
    const entry = history.state?.search ?? newId();
    history.replaceState({ search: entry }, "");
    this.#storage.set(KEPT, { entry, fields: query, ...place });
    if (place.shown) fields.set("limit", place.shown);
    const fresh = await this.#fetch(fields, "form");
    if (!fresh) return false;
    this.#results.querySelector("[data-found]").replaceWith(fresh.querySelector("[data-found]"));
    this.#results.scrollTop = 0;
    return true;
  }

  async #continue(fields) {
    fields.set("shown", this.#shown);
    const fresh = await this.#fetch(fields, "older");
    if (!fresh) return;
    const added = [...(fresh.querySelector("ul")?.children ?? [])];
    this.#results.querySelector("ul").append(...added);
    this.#results.querySelector("[data-search-more]").replaceWith(fresh.querySelector("[data-search-more]") ?? "");
    this.#keepPlace({ shown: this.#shown });
    added[0]?.querySelector("a").focus();
  }

  /** The rendered results; null where the request failed or another one was sent meanwhile. */
  async #fetch(fields, place) {
    const number = ++this.#asked;
    this.#showNotice();
    this.#results.setAttribute("aria-busy", "true");
    try {
      const html = await postForm(this.#form.dataset.resultsUrl + new URL(this.#form.action).search, fields);
      if (number !== this.#asked) return null;
      const fresh = serverRows(html).querySelector("[data-results]");
      this.#showNotice(fresh.dataset.errorAt, fresh.dataset.error);
      // The region stays: screen readers do not announce one that is inserted with its text.
      this.querySelector("[role=status]").textContent = fresh.querySelector("[role=status]").textContent;
      return fresh;
    } catch (error) {
      if (!error.code) throw error;
      if (error.shutOut || number !== this.#asked) return null;
      this.#showNotice(place, t(error.status ? "try_again" : "not_searched"));
      return null;
    } finally {
      if (number === this.#asked) this.#results.removeAttribute("aria-busy");
    }
  }

  /** Show a sentence at one of the places for it, and mark the fields that it is about as invalid. */
  #showNotice(place, words = "") {
    for (const line of this.querySelectorAll("[data-error-for]")) {
      const isHere = line.dataset.errorFor === place;
      line.querySelector("span").textContent = isHere ? words : "";
      line.hidden = !isHere;
      if (isHere) line.scrollIntoView({ block: "nearest" });
      const about = this.querySelectorAll(`[aria-describedby=${line.id}]`);
      about.forEach((field) => field.setAttribute("aria-invalid", isHere));
    }
  }

  async #restore({ fields, shown, top = 0, opened }) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#form.elements[name];
      if (field && name !== "type") field.value = value;
    }
    this.#choose(fields.type);
    if (!(await this.#ask(new FormData(this.#form), { shown, top, opened }))) return;
    this.#results.scrollTop = top;
    const link = document.getElementById(opened);
    link?.focus({ preventScroll: true });
    // Newer results may have moved it down.
    link?.scrollIntoView({ block: "nearest" });
  }

  #choose(type) {
    this.#form.querySelector("input[name=type]").value = type ?? "";
    this.#form.querySelectorAll(".tab").forEach((tab) => tab.setAttribute("aria-pressed", tab.value === (type ?? "")));
  }

  get #shown() {
    return this.#results.querySelectorAll(".result").length;
  }

  get #kept() {
    const kept = this.#storage.get(KEPT);
    return kept && kept.entry === history.state?.search ? kept : null;
  }

  #keepPlace(place) {
    if (this.#kept) this.#storage.set(KEPT, { ...this.#kept, ...place });
  }
}
