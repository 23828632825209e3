import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { t } from "../lib/words.js";
import { followVisibleHeight } from "../lib/visible-height.js";
import { Badge } from "../list/badge.js";
import { ThreadSwitch } from "../thread/thread-switch.js";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };
const TURNS = { PageUp: -1, PageDown: 1 };

/** The whole chat page: the unread badge, the conversation beside the list, and the shortcuts that work everywhere. */
export class ChatApp extends HTMLElement {
  #badge;
  #switch;
  #listening = null;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#badge = new Badge(document);
    this.#switch = new ThreadSwitch(this, { onOpened: (thread, view) => this.#opened(thread, view) });
    this.#switch.listen(signal);
    this.#list.addEventListener("unread", ({ detail }) => this.#badge.set(detail), { signal });
    this.#list.addEventListener("click", (event) => this.#follow(event), { signal });
    addEventListener("beforeprint", () => this.#datePrint(), { signal });
    followVisibleHeight(signal);
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Callbacks

  /** A click on a conversation or a filter beside an open conversation, unless it opens a tab of its own. */
  #follow(event) {
    const link = event.target.closest("a.conversation, a[data-filter]");
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || event.defaultPrevented || !this.#switch.possible) return;
    event.preventDefault();
    if ("filter" in link.dataset) this.#filter(link.dataset.filter);
    else this.#switch.open(Number(link.closest("li").dataset.chatId), withFilter(link.href, this.#list.filter));
  }

  #filter(filter) {
    this.#list.filter = filter;
    history.replaceState(history.state, "", withFilter(location.href, filter));
  }

  #opened(thread, view) {
    page.chatId = Number(thread.dataset.chatId);
    this.#list.showOpen();
    this.#list.filter = new URLSearchParams(location.search).get("filter") ?? "";
    this.#badge.rename(view === "list" ? t("conversations") : thread.dataset.otherName);
  }

  #key(event) {
    if (document.querySelector("dialog[open]")) return;
    const [step, turn] = [STEPS[event.key], TURNS[event.key]];
    if (event.altKey && step) this.#open(event, step);
    else if (event.altKey && turn) this.#turnFilter(event, turn);
    else if (event.key === "k" && (event.ctrlKey || event.metaKey)) this.#search(event);
    else if (isTyping(event)) this.querySelector("chat-composer:not([hidden]) textarea")?.focus();
  }

  /** A page may stay open for days. */
  #datePrint() {
    const place = this.querySelector("[data-print-date]");
    if (place) place.textContent = new Clock().full(new Date());
  }

  // Internal

  get #list() {
    return this.querySelector("chat-list");
  }

  #open(event, step) {
    event.preventDefault();
    const link = event.shiftKey ? this.#list.toAnswer(step) : this.#list.neighbour(step);
    link?.click();
  }

  /** The filter after (1) or before (-1) the chosen one; after the last the first. */
  #turnFilter(event, by) {
    event.preventDefault();
    const tabs = [...this.#list.querySelectorAll("[data-filter]")];
    const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
    tabs.at((at + by) % tabs.length).click();
  }

  /** Search the names in the list; pressed again, where no list is shown, or on the search page, the messages. */
  #search(event) {
    event.preventDefault();
    const names = this.#list.querySelector("input[name=q]");
    const messages = this.querySelector("search-page");
    const links = [...this.querySelectorAll("[data-search-messages]")];
    if (messages) return messages.focus();
    if (document.activeElement === names || !names.checkVisibility()) {
      return links.find((link) => link.checkVisibility())?.click();
    }
    names.focus();
    names.select();
  }
}

function withFilter(href, filter) {
  const url = new URL(href);
  if (filter) url.searchParams.set("filter", filter);
  else url.searchParams.delete("filter");
  return url.href;
}

/** A letter where nothing takes it: after a conversation was opened. "?" shows the keys, a blank scrolls. */
function isTyping({ key, target, altKey, ctrlKey, metaKey }) {
  const isLetter = (key.length === 1 && !" ?".includes(key)) || key === "Dead" || key === "Process";
  return isLetter && !altKey && !ctrlKey && !metaKey && target.matches("body, #thread-title, .thread__scroll");
}
