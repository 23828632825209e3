import { getHtml, getJson, sendJson } from "./api.js";
import { serverRows } from "./html.js";
import { IdleWatch } from "./idle-watch.js";
import { markLocked } from "./tab-storage.js";

const REASONS = { 403: "wrong", 429: "many" };

/**
 * Takes a page that nobody uses out of the document, and puts a card there that unlocks it. What was written stays in
 * memory; a conversation and the list are fetched again. Events: `hidden`, `shown` (again).
 */
class PageLock extends EventTarget {
  #root;
  #card;
  #watch;
  #kept = null;
  #title = "";
  #address = "";

  /** `root` is the document. */
  constructor(root) {
    super();
    this.#root = root;
    this.#card = root.querySelector("#locked");
  }

  /** Nothing where this person's sign-in is never locked. */
  listen() {
    if (!this.#card) return;
    const { after, left } = this.#card.dataset;
    this.#watch = new IdleWatch({ after: Number(after), left: Number(left) });
    this.#watch.addEventListener("lock", () => this.#hide());
    this.#watch.addEventListener("unlocked", () => this.#follow());
    this.#watch.start();
  }

  /** Where this was not to be expected when the page was made, the server's own page takes its place. */
  lock() {
    if (this.#watch) this.#watch.lock();
    else location.reload();
  }

  /** Give the page a title. A locked one names nobody, and gets it once it is unlocked. */
  entitle(title) {
    if (this.#kept) this.#title = title;
    else this.#root.title = title;
  }

  /** Nobody is signed in here any more. */
  stop() {
    this.#watch?.stop();
  }

  // Callbacks

  #hide() {
    const { body } = this.#root;
    this.#kept = [...body.children];
    this.#title = this.#root.title;
    this.#address = location.href;
    markLocked(true);
    const card = this.#card.content.cloneNode(true);
    this.#root.title = card.querySelector("[data-title]").dataset.title;
    card.querySelector("form[data-unlock]").addEventListener("submit", (event) => this.#submit(event));
    body.replaceChildren(...this.#kept.filter((part) => part.matches("svg, template, script")), card);
    this.dispatchEvent(new Event("hidden"));
    body.querySelector("form[data-unlock] [type=password]").focus();
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    const field = form.querySelector("input[type=password]");
    form.ariaBusy = "true";
    const answer = await sendJson("POST", "/api/auth/unlock", { password: field.value }).catch((error) => error);
    form.ariaBusy = null;
    if (answer.success) return this.#follow({ tell: true });
    if (answer.status === 401) return;
    const said = form.querySelector("[data-said]");
    said.textContent = form.dataset[REASONS[answer.status] ?? "away"];
    field.ariaInvalid = String(answer.status === 403);
    field.select();
    field.focus();
  }

  /** This tab was unlocked, or another one. By now another person may be signed in here. */
  async #follow({ tell = false } = {}) {
    const { locked, locks_in: locksIn, user } = await getJson("/api/auth/me").catch(() => ({}));
    if (locked !== false) return;
    if (user.id !== Number(this.#card.dataset.user)) return location.reload();
    await this.#show(locksIn ?? Infinity, { tell });
  }

  // Internal

  async #show(locksIn, { tell }) {
    if (location.href !== this.#address) return location.reload();
    const parts = this.#kept;
    const at = parts.findIndex((part) => part.matches("chat-app"));
    if (at >= 0) {
      const html = await getHtml(location.href).catch(() => null);
      const fresh = html && serverRows(html);
      if (!fresh?.querySelector("chat-app")) return location.reload();
      this.#title = fresh.querySelector("title").textContent;
      parts[at] = fresh.querySelector("chat-app");
    }
    this.#watch.unlock(locksIn, { tell });
    markLocked(false);
    this.#kept = null;
    this.#root.title = this.#title;
    this.#root.body.replaceChildren(...parts);
    this.dispatchEvent(new Event("shown"));
    (this.#root.querySelector("#thread-title") ?? this.#root.querySelector("h1"))?.focus({ preventScroll: true });
  }
}

let shared = null;

/** The one lock of this page. */
export function pageLock() {
  return (shared ??= new PageLock(document));
}
