import { announce } from "../lib/announce.js";
import { getHtml } from "../lib/api.js";
import { Backoff } from "../lib/backoff.js";
import { serverRows } from "../lib/html.js";
import { matchingControl } from "../lib/matching-control.js";
import { onNewDay } from "../lib/new-day.js";
import { Clock } from "../lib/time.js";
import { t } from "../lib/words.js";

const PARTS = "[data-present]";
const LOOK_EVERY = 30_000;

/**
 * Keeps what a page shows of appointments as it is now: its parts, `[data-present=<address of the part>]`, are fetched
 * again after an event, after a cut line, when the clock alone changes them (`[data-until]`), and at midnight.
 */
export class PresentParts {
  #link;
  #root;
  #rename;
  #timer = null;
  #backoff = new Backoff();
  /** What the server gave last for each part: what is drawn may be translated by the browser. */
  #given = new WeakMap();
  /** The last request for each part: the answer to an earlier one comes too late. */
  #asked = new WeakMap();

  /** `root` is the document; `rename(title)` changes the title of the page. */
  constructor(link, { root, rename }) {
    this.#link = link;
    this.#root = root;
    this.#rename = rename;
  }

  listen() {
    this.#parts.forEach((part) => this.#given.set(part, comparable(part)));
    this.#link.addEventListener("appointment.changed", ({ detail }) => this.#changed(detail));
    this.#link.addEventListener("catch-up", () => this.#ask(this.#parts));
    setInterval(() => this.#ask(this.#parts.filter(isOverdue), { tell: false }), LOOK_EVERY);
    onNewDay(new Clock(), () => this.#ask(this.#parts, { tell: false }));
  }

  // Callbacks

  /** A part without ids is about all appointments of its reader. */
  #changed({ appointment_id: appointmentId, chat_id: chatId }) {
    const isAbout = ({ dataset: own }) => concerns(own.appointmentId, appointmentId) && concerns(own.chatId, chatId);
    this.#ask(this.#parts.filter(isAbout));
  }

  // Internal

  get #parts() {
    return [...this.#root.querySelectorAll(PARTS)];
  }

  #ask(parts, { tell = true } = {}) {
    parts.forEach((part) => this.#askFor(part, tell));
  }

  async #askFor(part, tell) {
    const asked = {};
    this.#asked.set(part, asked);
    const html = await getHtml(part.dataset.present).catch((error) => this.#instead(error));
    if (!html || asked !== this.#asked.get(part) || !part.isConnected) return;
    this.#backoff.reset();
    this.#show(part, serverRows(html), tell);
  }

  /** An appointment that was given to another doctor is not found any more. Other failures are tried again. */
  #instead({ status, temporary }) {
    if (status === 404) return this.#root.querySelector("#gone")?.innerHTML;
    clearTimeout(this.#timer);
    if (temporary) this.#timer = setTimeout(() => this.#ask(this.#parts), this.#backoff.next());
    return null;
  }

  #show(part, fresh, tell) {
    const given = comparable(fresh);
    if (given === (this.#given.get(part) ?? comparable(part))) return;
    this.#given.set(part, given);
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    part.replaceChildren(...fresh.childNodes);
    if (focused) (matchingControl(focused, part) ?? part.querySelector("a, button"))?.focus({ preventScroll: true });
    const { title } = part.querySelector("[data-title]")?.dataset ?? {};
    if (title) this.#rename(title);
    if (tell) announce(t("appointment_changed"));
  }
}

function concerns(ownId, changedId) {
  return ownId === undefined || ownId === String(changedId);
}

function isOverdue(part) {
  const until = part.querySelector("[data-until]")?.dataset.until;
  return until && new Date(until) <= new Date();
}

/** As text. Forms have another token each time, and the reader may have opened details. */
function comparable(part) {
  const copy = document.createElement("div");
  copy.append(...[...part.childNodes].map((node) => node.cloneNode(true)));
  copy.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((token) => token.remove());
  copy.querySelectorAll("details").forEach((details) => (details.open = false));
  return copy.innerHTML.trim();
}
