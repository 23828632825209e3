import { getJson, session } from "../lib/api.js";
import { jitter } from "../lib/backoff.js";
import { page } from "../lib/page.js";
import { Connection } from "./connection.js";
import { RefusalRetries } from "./refusal-retries.js";

const POLL_EVERY = 10_000;
const CUT_AFTER = 3_000;

/**
 * The link to the server while the page is shown: one connection, and polling where events may be missing.
 * Events: `state` (see the getter), `cut` (no connection for a while), `catch-up` (ask the server what changed),
 * `report-again` (reports about this chat may have been refused), and one per kind of frame, named by its `type`.
 */
export class ServerLink extends EventTarget {
  connection = new Connection(page.socketUrl);
  #busDown = false;
  #cut = false;
  #cutTimer = null;
  #pollTimer = null;
  #probing = false;

  constructor() {
    super();
    this.connection.addEventListener("live", () => this.#opened());
    this.connection.addEventListener("lost", () => this.#closed());
    this.connection.addEventListener("unreached", () => this.#probe());
    for (const shut of ["expired", "locked"]) this.connection.addEventListener(shut, () => this.#stateChanged());
    this.connection.addEventListener("frame", ({ detail }) => this.#frame(detail));
    new RefusalRetries(this).listen();
    session.addEventListener("ended", () => this.connection.expire());
    session.addEventListener("locked", () => this.connection.lock());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#enter());
    this.#enter();
  }

  /** "live", "connecting" (less than 3 s), "offline" (the device reports it), "reconnecting", "expired", "locked". */
  get state() {
    if (this.connection.shut) return this.connection.shut;
    if (this.connection.live) return "live";
    if (!this.#cut) return "connecting";
    return navigator.onLine ? "reconnecting" : "offline";
  }

  // Callbacks

  #opened() {
    clearTimeout(this.#cutTimer);
    this.#cut = false;
    this.#busDown = false;
    this.#poll();
    this.#stateChanged();
    this.dispatchEvent(new Event("catch-up"));
  }

  #closed() {
    this.#waitForCut();
    this.#stateChanged();
  }

  #frame(frame) {
    if (frame.type === "status") this.#status(frame);
    else this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }));
  }

  #status({ live }) {
    this.#busDown = !live;
    this.#poll();
    if (live) this.dispatchEvent(new Event("catch-up"));
  }

  /** A refused handshake gives a page no reason; an answer of the API shows whether the session has ended. */
  async #probe() {
    if (this.#probing) return;
    this.#probing = true;
    await getJson("/api/auth/me").catch(() => {});
    this.#probing = false;
  }

  // Internal

  #enter() {
    this.#waitForCut();
    this.connection.start();
    // Added after the connection's own listeners, which have closed the socket by then.
    addEventListener("online", this.#stateChanged);
    addEventListener("offline", this.#cutOff);
  }

  /** A page with an open socket is not eligible for the browser's back/forward cache. */
  #leave() {
    clearTimeout(this.#cutTimer);
    clearTimeout(this.#pollTimer);
    removeEventListener("online", this.#stateChanged);
    removeEventListener("offline", this.#cutOff);
    this.connection.stop();
  }

  #waitForCut() {
    clearTimeout(this.#cutTimer);
    this.#cutTimer = setTimeout(this.#cutOff, CUT_AFTER);
  }

  #cutOff = () => {
    clearTimeout(this.#cutTimer);
    if (this.connection.shut) return;
    this.#cut = true;
    this.#poll();
    this.#stateChanged();
    this.dispatchEvent(new Event("cut"));
  };

  /** Without live events, poll on a slow timer. */
  #poll() {
    clearTimeout(this.#pollTimer);
    if (this.connection.shut || (!this.#cut && !this.#busDown)) return;
    this.#pollTimer = setTimeout(() => {
      if (document.visibilityState === "visible") this.dispatchEvent(new Event("catch-up"));
      this.#poll();
    }, jitter(POLL_EVERY, POLL_EVERY * 1.5));
  }

  #stateChanged = () => {
    this.dispatchEvent(new Event("state"));
  };
}
