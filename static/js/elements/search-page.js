import { postForm } from "../lib/api.js";
import { serverRows } from "../lib/html.js";
import { Keep } from "../lib/keep.js";
import { page } from "../lib/page.js";

const KEPT = "search";

/**
 * Looks for messages without leaving the page, so that the way back from a conversation leads to what was found.
 * What was asked stays in this tab, for this person, as long as the browser's entry of this page is the same.
 */
export class SearchPage extends HTMLElement {
  #form;
  #keep = new Keep(page.userId);
  #listening = null;
  #asked = 0;

  // Lifecycle

  connectedCallback() {
    this.#form = this.querySelector("form[data-search]");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#form.addEventListener("change", (event) => event.target.name !== "q" && this.#again(), { signal });
    const kept = this.#keep.get(KEPT);
    if (kept && kept.entry === history.state?.search) this.#restore(kept.fields);
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

  // Actions

  focus() {
    this.#form.elements.q.focus();
    this.#form.elements.q.select();
  }

  // Internal

  #again() {
    if (this.#form.checkValidity()) this.#ask(new FormData(this.#form));
  }

  async #ask(fields) {
    const told = Object.fromEntries(fields.entries());
    delete told.csrfmiddlewaretoken;
    this.#choose(told.type);
    const entry = history.state?.search ?? crypto.randomUUID();
    history.replaceState({ search: entry }, "");
    this.#keep.set(KEPT, { entry, fields: told });
    const fresh = await this.#fetch(fields);
    fresh && this.querySelector("[data-results]").replaceWith(fresh);
  }

  async #continue(fields) {
    const fresh = await this.#fetch(fields);
    if (!fresh) return;
    const results = this.querySelector("[data-results]");
    const added = [...(fresh.querySelector("ul")?.children ?? [])];
    results.querySelector("ul").append(...added);
    results.querySelector("[data-search-more]").replaceWith(fresh.querySelector("[data-search-more]") ?? "");
    added[0]?.querySelector("a").focus();
  }

  /** The results as the server draws them, or nothing where another question was asked meanwhile. */
  async #fetch(fields) {
    const number = ++this.#asked;
    const results = this.querySelector("[data-results]");
    results.setAttribute("aria-busy", "true");
    try {
      const html = await postForm(this.#form.dataset.resultsUrl + new URL(this.#form.action).search, fields);
      return number === this.#asked ? serverRows(html).querySelector("[data-results]") : null;
    } catch (error) {
      // The browser's own way shows what is wrong.
      if (!error.signedOut && number === this.#asked) this.#form.submit();
      return null;
    } finally {
      results.removeAttribute("aria-busy");
    }
  }

  #restore(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#form.elements[name];
      if (field && name !== "type") field.value = value;
    }
    this.#choose(fields.type);
    this.#again();
  }

  #choose(type) {
    this.#form.querySelector("input[name=type]").value = type ?? "";
    this.#form.querySelectorAll(".tab").forEach((tab) => tab.setAttribute("aria-pressed", tab.value === (type ?? "")));
  }
}
