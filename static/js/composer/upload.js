import { ApiError, csrfToken, errorFrom } from "../lib/api.js";
import { Backoff } from "../lib/backoff.js";
import { newId } from "../lib/ids.js";
import { page } from "../lib/page.js";
import { mayBecomeSmaller, smallerPhoto } from "../lib/smaller-photo.js";

const STALLED_AFTER = 30_000;
const TOO_LARGE = new Set(["file_too_large", "image_too_large"]);

/**
 * The upload of one file, by XMLHttpRequest because fetch reports no progress.
 * `state`: "shrinking" | "waiting" | "uploading" | "checking" | "ready" | "failed" (may be retried) | "refused" (may
 * not); `code` is the reason, and `message` its sentence by the server, in the language of the page; `sizeBefore` is
 * that of a photo that was made smaller. Event: `change`.
 */
export class Upload extends EventTarget {
  state = "waiting";
  percent = 0;
  code = null;
  message = "";
  attachment = null;
  sizeBefore = null;
  #chatId;
  #shrinks = false;
  #request = null;
  #stall = null;
  #waits = new Backoff({ base: 20_000, cap: 300_000, least: 10_000 });
  #triedAgain = false;
  #restsUntil = 0;

  constructor(file, chatId) {
    super();
    this.clientId = newId();
    this.file = file;
    this.#chatId = chatId;
  }

  /** An upload that was finished before a reload. */
  static finished(attachment, chatId) {
    const file = { name: attachment.file_name, size: attachment.file_size, type: attachment.file_type };
    return Object.assign(new Upload(file, chatId), { state: "ready", percent: 100, attachment });
  }

  /** One that is not sent at all; where a smaller copy may help is known only after a look at its beginning. */
  static refused(file, chatId, code) {
    const upload = Object.assign(new Upload(file, chatId), { state: "checking" });
    upload.#refuse(code);
    return upload;
  }

  /** The name under which the server keeps it, as soon as it does. */
  get name() {
    return this.attachment?.file_name ?? this.file.name;
  }

  get settled() {
    return ["ready", "failed", "refused"].includes(this.state);
  }

  // Actions

  start() {
    const body = new FormData();
    body.append("chat_id", this.#chatId);
    body.append("client_id", this.clientId);
    body.append("file", this.file);
    const request = (this.#request = new XMLHttpRequest());
    request.open("POST", "/api/chat/attachments");
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept-Language", page.language);
    request.upload.addEventListener("progress", (event) => this.#progress(event));
    request.addEventListener("load", () => this.#answered());
    request.addEventListener("error", () => this.#failed(new ApiError()));
    this.#become("uploading", { percent: 0, code: null });
    this.#watch();
    request.send(body);
  }

  /** Whether it failed and may be retried automatically: at once the first time, then after growing pauses. */
  get mayTryAgain() {
    return this.state === "failed" && Date.now() >= this.#restsUntil;
  }

  /** Wait for its turn, for the first time or again. */
  queue() {
    this.#become("waiting", { code: null });
  }

  /** Whether a smaller copy may be sent instead. */
  get mayShrink() {
    return this.state === "refused" && TOO_LARGE.has(this.code) && this.#shrinks;
  }

  /** Replace the photo by a smaller copy; it is then refused with `nextCode`, or for good. */
  async shrink(maxBytes, nextCode) {
    this.#become("shrinking", { code: null });
    const smaller = await smallerPhoto(this.file, maxBytes);
    if (this.state !== "shrinking") return;
    if (!smaller) return this.#become("refused", { code: "photo_not_smaller" });
    const [sizeBefore, clientId] = [this.file.size, newId()];
    this.#become("refused", { code: nextCode, file: smaller, sizeBefore, clientId });
  }

  cancel() {
    clearTimeout(this.#stall);
    this.#request?.abort();
    this.#request = null;
  }

  // Callbacks

  #progress({ loaded, total }) {
    this.#watch();
    const percent = total ? Math.min(100, Math.round((100 * loaded) / total)) : 0;
    this.#become(percent === 100 ? "checking" : "uploading", { percent });
  }

  #answered() {
    const { status, response } = this.#request;
    if (status < 300 && response) return this.#become("ready", { percent: 100, attachment: response.attachment });
    this.#failed(errorFrom(status, response, this.#request.getResponseHeader("Retry-After")));
  }

  #failed(error) {
    if (this.#triedAgain) this.#restsUntil = Date.now() + this.#waits.next();
    this.#triedAgain = true;
    const { code, message } = error;
    if (error.temporary || error.shutOut) this.#become("failed", { code, message });
    else this.#refuse(code, message);
  }

  // Internal

  async #refuse(code, message = "") {
    if (TOO_LARGE.has(code)) this.#shrinks = await mayBecomeSmaller(this.file);
    this.#become("refused", { code, message });
  }

  /** A dead connection may give no error: an upload without progress for long has failed. */
  #watch() {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => {
      this.cancel();
      this.#failed(new ApiError());
    }, STALLED_AFTER);
  }

  #become(state, changes) {
    Object.assign(this, { state, ...changes });
    if (this.settled) clearTimeout(this.#stall);
    this.dispatchEvent(new Event("change"));
  }
}
