import { getJson, session } from "../lib/api.js";
import { jitter } from "../lib/backoff.js";
import { page } from "../lib/page.js";
import { Connection } from "./connection.js";
import { RefusalRetries } from "./refusal-retries.js";

const POLL_EVERY = 10_000;
const CUT_AFTER = 3_000;

/**
 * The line to the server for as long as the page is shown: one connection, and when to ask what it may have missed.
 * Events: `state` (see the getter), `cut` (gone for a while), `catch-up` (ask the server what changed), `tell-again` (what was told
 * of this chat may have been refused), and one per kind of frame, by its `type`.
 */
export class ServerLink extends EventTarget {
  connection = new Connection(page.socketUrl);
  #busAway = false;
  #cut = false;
  #cutTimer = null;
  #pollTimer = null;
  #probing = false;

  constructor() {
    super();
    this.connection.addEventListener("live", () => this.#opened());
    this.connection.addEventListener("lost", () => this.#closed());
    this.connection.addEventListener("unreached", () => this.#probe());
    this.connection.addEventListener("expired", () => this.#tell());
    this.connection.addEventListener("frame", ({ detail }) => this.#frame(detail));
    new RefusalRetries(this);
    session.addEventListener("ended", () => this.connection.expire());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#enter());
    this.#enter();
  }

  /** "live", "connecting" (shorter than 3 s), "offline" (the device says so, hence at once), "reconnecting", "expired". */
  get state() {
    if (this.connection.expired) return "expired";
    if (this.connection.live) return "live";
    if (!this.#cut) return "connecting";
    return navigator.onLine ? "reconnecting" : "offline";
  }

  // Callbacks

  #opened() {
    clearTimeout(this.#cutTimer);
    this.#cut = false;
    this.#busAway = false;
    this.#poll();
    this.#tell();
    this.dispatchEvent(new Event("catch-up"));
  }

  #closed() {
    this.#waitForCut();
    this.#tell();
  }

  #frame(frame) {
    if (frame.type === "status") this.#status(frame);
    else this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }));
  }

  #status({ live }) {
    this.#busAway = !live;
    this.#poll();
    if (live) this.dispatchEvent(new Event("catch-up"));
  }

  /** A refused handshake tells a page nothing; an answer of the API tells whether the session has ended. */
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
    // After the connection's own: it has left the line by then.
    addEventListener("online", this.#tell);
    addEventListener("offline", this.#cutOff);
  }

  /** A page with an open socket cannot wait in the browser's back/forward cache. */
  #leave() {
    clearTimeout(this.#cutTimer);
    clearTimeout(this.#pollTimer);
    removeEventListener("online", this.#tell);
    removeEventListener("offline", this.#cutOff);
    this.connection.stop();
  }

  #waitForCut() {
    clearTimeout(this.#cutTimer);
    this.#cutTimer = setTimeout(this.#cutOff, CUT_AFTER);
  }

  #cutOff = () => {
    clearTimeout(this.#cutTimer);
    this.#cut = true;
    this.#poll();
    this.#tell();
    this.dispatchEvent(new Event("cut"));
  };

  /** Without live events, ask on a slow timer. */
  #poll() {
    clearTimeout(this.#pollTimer);
    if (this.connection.expired || (!this.#cut && !this.#busAway)) return;
    this.#pollTimer = setTimeout(() => {
      if (document.visibilityState === "visible") this.dispatchEvent(new Event("catch-up"));
      this.#poll();
    }, jitter(POLL_EVERY, POLL_EVERY * 1.5));
  }

  #tell = () => {
    this.dispatchEvent(new Event("state"));
  };
}
