import { getHtml } from "../lib/api.js";
import { serverRows } from "../lib/html.js";
import { newId } from "../lib/ids.js";
import { namesPart } from "./thread-address.js";

/**
 * Opens a conversation beside the list without loading the page: one fragment, and one entry of the browser's history,
 * {chat, view, key}, which leads back to the conversation and to the place in it. Where the fragment does not come, and
 * where no list is beside the thread, the browser loads the page as by any link.
 * `onOpened(thread, view)` gets the new element, which is on the page.
 */
export class ThreadSwitch {
  #app;
  #onOpened;
  #asked = null;
  /** The entry that is shown, and the path of its address. */
  #key = newId();
  #path = location.pathname;
  /** Where each entry was left: {id, top}, or null for the end. */
  #places = new Map();

  /** `app` is the `<chat-app>`. */
  constructor(app, { onOpened }) {
    this.#app = app;
    this.#onOpened = onOpened;
  }

  listen(signal) {
    addEventListener("popstate", ({ state }) => this.#moved(state), { signal });
    const chat = Number(this.#app.querySelector("chat-thread")?.dataset.chatId);
    const entry = { chat, view: this.#app.dataset.view, key: this.#key };
    if (chat) history.replaceState({ ...history.state, ...entry }, "");
  }

  // Actions

  /** Whether another conversation may be opened here: the list and what it replaces are both on screen. */
  get possible() {
    const parts = [this.#app.querySelector("chat-list"), this.#present];
    return parts.every((part) => part?.checkVisibility());
  }

  /** Open this conversation at its address. */
  async open(chat, url) {
    const thread = await this.#fetch(chat, url, { orElse: () => location.assign(url) });
    if (!thread) return;
    this.#leave();
    const [change, key] = url === location.href ? ["replaceState", this.#key] : ["pushState", newId()];
    history[change]({ chat, view: "thread", key }, "", url);
    this.#show(thread, { view: "thread", key });
  }

  // Callbacks

  /** Back or forward. A link to a part of the page has an entry of its own, too. */
  async #moved(state) {
    if (state ? state.key === this.#key : location.pathname === this.#path) return;
    if (!state?.chat || !this.possible) return location.reload();
    const place = this.#places.get(state.key);
    const thread = await this.#fetch(state.chat, location.href, { place, orElse: () => location.reload() });
    if (!thread) return;
    this.#leave();
    this.#show(thread, state);
  }

  // Internal

  /** What the thread replaces; null on the search page, which is left by a page load. */
  get #present() {
    return this.#app.querySelector("chat-thread, .thread--none");
  }

  /** The new element; null where another one was asked for meanwhile, or where it did not come. */
  async #fetch(chat, url, { place, orElse }) {
    const asked = (this.#asked = {});
    const query = new URL(url).searchParams;
    if (place && !namesPart(query)) query.set("at", place.id);
    this.#present.ariaBusy = "true";
    const html = await getHtml(`/chat/${chat}/thread?${query}`).catch(() => null);
    if (asked !== this.#asked) return null;
    this.#present.ariaBusy = null;
    const thread = html && serverRows(html).querySelector("chat-thread");
    if (!thread) orElse();
    else if (place) thread.dataset.place = JSON.stringify(place);
    return thread;
  }

  #leave() {
    this.#places.set(this.#key, this.#present.place ?? null);
  }

  #show(thread, { view, key }) {
    [this.#key, this.#path] = [key, location.pathname];
    this.#app.dataset.view = view;
    this.#present.replaceWith(thread);
    this.#onOpened(thread, view);
    thread.querySelector("#thread-title").focus({ preventScroll: true });
  }
}
