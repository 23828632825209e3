import { getHtml, getJson, sendJson } from "./api.js";
import { serverRows } from "./html.js";
import { IdleWatch } from "./idle-watch.js";
import { knowsPasskeys, usePasskey } from "./passkey.js";
import { markLocked } from "./tab-storage.js";

/** Why the device is not asked, by status: its passkey was removed meanwhile, or there were too many tries. */
const NOT_ASKED = { 409: "noPasskey", 429: "many" };

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
    if (knowsPasskeys()) this.#offerPasskey(body.querySelector("[data-use-passkey]"));
  }

  /** What the person has is not known before, so that no page asks the database for it. */
  async #offerPasskey(button) {
    button.addEventListener("click", () => this.#askDevice(button.form));
    const { has_passkey: hasPasskey = false } = await getJson("/api/auth/me").catch(() => ({}));
    button.hidden = !hasPasskey;
  }

  async #askDevice(form) {
    this.#say(form, "");
    const answer = await sendJson("POST", "/api/auth/unlock/passkey", {}).catch((error) => error);
    if (!answer.success) return this.#say(form, form.dataset[NOT_ASKED[answer.status] ?? "away"]);
    const credential = await usePasskey(answer.request_options).catch(() => null);
    if (!credential) return this.#say(form, form.dataset.noPasskey);
    await this.#prove(form, { credential: credential.toJSON() }, { wrong: form.dataset.noPasskey });
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    const field = form.querySelector("input[type=password]");
    const status = await this.#prove(form, { password: field.value });
    if (!status) return;
    field.ariaInvalid = String(status === 403);
    field.select();
    field.focus();
  }

  /** Unlocks, or says why not: the status of what was refused. */
  async #prove(form, proof, { wrong = form.dataset.wrong } = {}) {
    form.ariaBusy = "true";
    const answer = await sendJson("POST", "/api/auth/unlock", proof).catch((error) => error);
    form.ariaBusy = null;
    if (answer.success) return this.#follow({ tell: true });
    if (answer.status === 401) return;
    this.#say(form, answer.status === 403 ? wrong : form.dataset[answer.status === 429 ? "many" : "away"]);
    return answer.status;
  }

  #say(form, words) {
    form.querySelector("[data-said]").textContent = words;
  }

  /** This tab was unlocked, or another one. By now another person may be signed in here, or need a second factor. */
  async #follow({ tell = false } = {}) {
    const { locked, locks_in: locksIn, user, status } = await getJson("/api/auth/me").catch((error) => error);
    if (status === 403) return location.reload();
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
