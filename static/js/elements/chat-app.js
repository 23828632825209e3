import { followVisibleHeight } from "../lib/visible-height.js";
import { Badge } from "../list/badge.js";

/** The whole chat page: the unread badge, and the shortcuts that work everywhere. */
export class ChatApp extends HTMLElement {
  #listening = null;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const badge = new Badge(document);
    this.#list.addEventListener("unread", ({ detail }) => badge.set(detail), { signal });
    followVisibleHeight(signal);
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Callbacks

  #key(event) {
    if (document.querySelector("dialog[open]")) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.altKey && step) return this.#open(event, step);
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) this.#search(event);
  }

  // Internal

  get #list() {
    return this.querySelector("chat-list");
  }

  #open(event, step) {
    event.preventDefault();
    this.#list.neighbour(step)?.click();
  }

  /** Search the names in the list; pressed again, or on the search page, the messages. */
  #search(event) {
    event.preventDefault();
    const names = this.#list.querySelector("input[name=q]");
    const messages = this.querySelector("search-page");
    if (messages) messages.focus();
    else if (document.activeElement === names) this.querySelector("[data-search-messages]").click();
    else names.focus();
  }
}
