import { uploadsOf } from "../composer/uploads.js";
import { chatLink } from "../connection/chat-link.js";
import { nameInParts } from "../lib/file-name.js";
import { humanSize, sizeOver } from "../lib/file-size.js";
import { page } from "../lib/page.js";
import { reason, t } from "../lib/words.js";

const KEYS = {
  shrinking: "file_shrinking",
  waiting: "file_waiting",
  uploading: "file_progress",
  checking: "file_checking",
  ready: "file_ready",
};

/** Their sentences say what was found in the file. */
const BY_CONTENT = new Set([
  "file_type_refused",
  "file_has_external_parts",
  "file_unpacks_too_large",
  "image_too_large",
]);

/** The states that the line above the files counts, in its order; any other is "sending". */
const COUNTED = ["ready", "sending", "failed", "refused"];

/**
 * The files above the text field, each with its preview, its progress, and buttons to retry and remove it. Where
 * another conversation is opened, uploads go on until the tray of this one takes them over.
 * Events: `change`; `leave` (the row that had the focus is gone, and there is no other).
 */
export class UploadTray extends HTMLElement {
  #uploads;
  #list;
  #log;
  #template;
  #rows = new Map();
  #listening = null;
  #following = null;
  /** The trays that were left, by conversation. */
  static #left = new Map();

  // Lifecycle

  connectedCallback() {
    this.#list = this.querySelector("ul");
    this.#log = this.querySelector("[role=log]");
    this.#template = document.querySelector("#upload-template");
    UploadTray.#left.get(this.#chatId)?.#stop();
    this.#uploads = uploadsOf(this.#chatId, page.files);
    this.#listening = new AbortController();
    this.#following = new AbortController();
    const { signal } = this.#following;
    this.#uploads.addEventListener("change", () => this.#draw(), { signal });
    chatLink().addEventListener("catch-up", () => this.#uploads.retryFailed(), { signal });
    addEventListener("beforeunload", (event) => this.#warn(event), { signal });
    this.addEventListener("click", (event) => this.#act(event), { signal: this.#listening.signal });
    this.#draw();
  }

  disconnectedCallback() {
    this.#listening.abort();
    UploadTray.#left.set(this.#chatId, this);
    if (!chatLink().connection.expired) return;
    this.#uploads.cancelAll();
    this.#stop();
  }

  #stop() {
    UploadTray.#left.delete(this.#chatId);
    this.#following.abort();
    this.#rows.forEach((_, upload) => this.#dropRow(upload));
  }

  // Actions

  get #chatId() {
    return Number(this.dataset.chatId);
  }

  get settled() {
    return this.#uploads.settled;
  }

  /** A file has failed and may be retried. */
  get failed() {
    return [...this.#uploads].some((upload) => upload.state === "failed");
  }

  /** Attachments as in the API, uploaded and not yet sent. */
  get attachments() {
    return this.#uploads.ready.map((upload) => upload.attachment);
  }

  add(files) {
    this.#uploads.add(files);
  }

  restore(attachments) {
    this.#uploads.restore(attachments);
  }

  take() {
    return this.#uploads.take();
  }

  // Callbacks

  #act({ target }) {
    const action = target.closest("[data-action]")?.dataset.action;
    const row = target.closest("li");
    const [upload] = [...this.#rows].find(([, shown]) => shown === row) ?? [];
    if (!upload) return;
    if (action === "retry") this.#uploads.retry(upload);
    if (action === "shrink") this.#uploads.shrink(upload);
    if (action === "remove") this.#uploads.remove(upload);
  }

  /** Files that are still uploading would be lost with the page. */
  #warn(event) {
    if (!this.#uploads.settled) event.preventDefault();
  }

  // Internal

  #draw() {
    const present = new Set(this.#uploads);
    for (const upload of this.#rows.keys()) if (!present.has(upload)) this.#dropRow(upload);
    this.#list.hidden = present.size === 0;
    if (present.size === 0) this.#log.replaceChildren();
    for (const upload of present) if (!this.#rows.has(upload)) this.#addRow(upload);
    this.#rows.forEach((row, upload) => this.#fill(row, upload));
    this.#count([...present]);
    this.dispatchEvent(new Event("change"));
  }

  /** "2 ready, 1 refused": it stays in sight while the rows scroll. */
  #count(uploads) {
    const states = uploads.map(({ state }) => (COUNTED.includes(state) ? state : "sending"));
    const counts = COUNTED.map((state) => [state, states.filter((other) => other === state).length]);
    const line = this.querySelector("[data-tally]");
    line.textContent = counts.flatMap(([state, count]) => (count ? t(`count_${state}`, { count }) : [])).join(", ");
    line.hidden = uploads.length < 2;
  }

  #addRow(upload) {
    const row = this.#template.content.firstElementChild.cloneNode(true);
    label(row, "[data-progress]", "sending_file", upload);
    label(row, "[data-action=retry]", "retry_file", upload);
    label(row, "[data-action=shrink]", "shrink_file", upload);
    preview(row.querySelector("[data-view]"), upload);
    this.#rows.set(upload, row);
    this.#list.append(row);
    row.scrollIntoView({ block: "nearest" });
  }

  #fill(row, upload) {
    const { state, percent, name } = upload;
    const progress = row.querySelector("[data-progress]");
    const isNews = upload.settled && row.dataset.state !== state;
    row.dataset.state = state;
    const shown = row.querySelector("[data-name]");
    if (shown.textContent !== name) shown.replaceChildren(...nameInParts(name));
    progress.value = percent;
    progress.hidden = !["waiting", "uploading"].includes(state);
    label(row, "[data-action=remove]", progress.hidden ? "remove_file" : "cancel_file", upload);
    offer(row, "retry", state === "failed");
    offer(row, "shrink", upload.mayShrink);
    row.querySelector("[data-words]").textContent = words(upload);
    const view = row.querySelector("[data-view]");
    if (isNews && state === "ready" && !view.querySelector("img")) preview(view, upload);
    if (isNews) this.#announce(upload);
    if (isNews && state !== "ready") row.scrollIntoView({ block: "nearest" });
  }

  /** One paragraph each, so that several at once are all announced. */
  #announce(upload) {
    const line = document.createElement("p");
    line.textContent = t("file_news", { name: upload.name, reason: words(upload) });
    this.#log.append(line);
  }

  #dropRow(upload) {
    const row = this.#rows.get(upload);
    this.#rows.delete(upload);
    const image = row.querySelector("[data-view] img");
    if (image?.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
    if (row.matches(":focus-within")) this.#passFocus(row);
    row.remove();
  }

  #passFocus(row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    if (neighbour) removal(neighbour).focus();
    else this.dispatchEvent(new Event("leave"));
  }
}

function removal(row) {
  return row.querySelector("[data-action=remove]");
}

/** A button that is hidden passes its focus on. */
function offer(row, action, offered) {
  const button = row.querySelector(`[data-action=${action}]`);
  if (!offered && button.matches(":focus")) removal(row).focus();
  button.hidden = !offered;
}

function label(row, selector, key, { name }) {
  row.querySelector(selector).setAttribute("aria-label", t(key, { name }));
}

function words(upload) {
  const { state, percent, file, code, message, sizeBefore } = upload;
  if (state === "failed" && code === "network") return t("file_failed", { percent });
  if (message && BY_CONTENT.has(code)) return message;
  if (code === "file_too_large" && upload.mayShrink) return reason("photo_too_large", { size: sizeOver(file.size) });
  if (code) return reason(code, { size: sizeOver(file.size) });
  return t(keyOf(upload), { percent, size: humanSize(file.size), before: sizeOver(sizeBefore) });
}

function keyOf({ state, attachment, sizeBefore }) {
  if (state !== "ready") return KEYS[state];
  if (attachment.is_protected) return "file_protected";
  return sizeBefore ? "file_ready_smaller" : KEYS.ready;
}

/** The photo itself, or the letters of the extension. */
function preview(place, { file, name, attachment }) {
  const stamp = () => void (place.textContent = (/\.([^.]{1,4})[^.]*$/.exec(name)?.[1] ?? "").toUpperCase());
  const local = () => (file instanceof File && showable(file) ? URL.createObjectURL(file) : null);
  const address = attachment?.thumbnail_url ?? local();
  if (!address) return stamp();
  const image = document.createElement("img");
  image.alt = "";
  place.replaceChildren(image);
  // A file with the name of a picture that is none: the server refuses it with the reason.
  image.addEventListener("error", stamp, { once: true });
  image.src = address;
}

function showable({ type }) {
  return ["image/jpeg", "image/png", "image/gif", "image/webp"].includes(type);
}
