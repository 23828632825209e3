import { getJson, sendJson, session } from "./api.js";

/** Or twice before it locks, where that is shorter. */
const TELL_EVERY = 60_000;
/** Before the server locks: until then it accepts what is saved first. */
const AHEAD = 3_000;
const ANSWER_WITHIN = 1_500;
const GESTURES = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"];

/**
 * Knows how long nobody has used this sign-in, in any tab: tells the server of gestures, once a minute at most, and
 * tells the other tabs what it answers. It may miss what another tab did, so it asks the server before it locks.
 * Events: `lock` (of all tabs), `unlocked` (perhaps, by another tab: ask the server).
 */
export class IdleWatch extends EventTarget {
  #after;
  #tellEvery;
  #until;
  #told;
  #tellTimer = null;
  #lockTimer = null;
  #locked = false;
  #channel = null;
  #asking = false;

  /** Seconds: `after` without use it is locked, as the server says, and `left` are left of them. */
  constructor({ after, left }) {
    super();
    this.#after = after * 1_000;
    this.#tellEvery = Math.min(TELL_EVERY, this.#after / 2);
    this.#told = Date.now() - (after - left) * 1_000;
    // A page that was just opened is not locked before it works.
    this.#until = Date.now() + Math.max(left * 1_000, AHEAD + 1_000);
  }

  start() {
    for (const gesture of GESTURES) addEventListener(gesture, this.#acted, { passive: true, capture: true });
    document.addEventListener("visibilitychange", this.#looked);
    addEventListener("pageshow", () => this.#join());
    // With an open channel a page is not kept by the browser for a way back.
    addEventListener("pagehide", () => this.#leave());
    session.addEventListener("locked", () => this.lock());
    this.#join();
  }

  // Actions

  lock() {
    if (this.#locked) return;
    this.#locked = true;
    clearTimeout(this.#tellTimer);
    this.#tellTimer = null;
    this.#channel?.postMessage({ type: "lock" });
    this.dispatchEvent(new Event("lock"));
  }

  stop() {
    this.#locked = true;
    clearTimeout(this.#tellTimer);
    clearTimeout(this.#lockTimer);
    document.removeEventListener("visibilitychange", this.#looked);
    this.#leave();
  }

  /** The server has unlocked it; `locksIn` as it answered. `tell`: the other tabs do not know. */
  unlock(locksIn, { tell = false } = {}) {
    this.#locked = false;
    this.#extend(Date.now() + locksIn * 1_000);
    if (tell) this.#channel?.postMessage({ type: "unlocked" });
  }

  // Callbacks

  #acted = ({ isTrusted }) => {
    if (!isTrusted || this.#locked) return;
    this.#compare();
    if (this.#locked) return;
    this.#tellTimer ??= setTimeout(() => this.#tell(), Math.max(0, this.#told + this.#tellEvery - Date.now()));
  };

  /** A timer stands still while the device sleeps. */
  #compare = () => {
    clearTimeout(this.#lockTimer);
    const rest = this.#until - AHEAD - Date.now();
    if (rest <= 0) this.#ask();
    else if (rest < Infinity) this.#lockTimer = setTimeout(this.#compare, rest);
  };

  /** Whoever looks at a locked page may be somebody else, who signed in meanwhile, in another tab. */
  #looked = () => {
    if (!this.#locked) this.#compare();
    else if (document.visibilityState === "visible") this.dispatchEvent(new Event("unlocked"));
  };

  #heard({ type, until }) {
    if (type === "lock") this.lock();
    else if (type === "unlocked" && this.#locked) this.dispatchEvent(new Event("unlocked"));
    else if (type === "active" && !this.#locked) this.#extend(until);
  }

  // Internal

  #join() {
    if (!this.#channel && globalThis.BroadcastChannel) {
      this.#channel = new BroadcastChannel("idle");
      this.#channel.addEventListener("message", ({ data }) => this.#heard(data));
    }
    if (this.#locked) return;
    // This page was opened, so no tab has to be locked: those that are ask the server. It may have been unlocked by
    // the page of the server, which has no script that says so.
    this.#channel?.postMessage({ type: "unlocked" });
    this.#compare();
  }

  #leave() {
    this.#channel?.close();
    this.#channel = null;
  }

  async #ask() {
    if (this.#asking || this.#locked) return;
    this.#asking = true;
    const tooLate = new Promise((resolve) => setTimeout(() => resolve({}), ANSWER_WITHIN));
    const { locks_in: seconds } = await Promise.race([getJson("/api/auth/me").catch(() => ({})), tooLate]);
    this.#asking = false;
    if (this.#locked) return;
    const left = seconds === null ? Infinity : seconds * 1_000;
    if (left > AHEAD) this.#extend(Date.now() + left);
    else this.lock();
  }

  async #tell() {
    this.#tellTimer = null;
    this.#told = Date.now();
    const answer = await sendJson("POST", "/api/auth/active", {}, { keepalive: true }).catch((error) => error);
    if (this.#locked) return;
    // Without a network somebody is there all the same; with one, the server has the last word.
    if (answer.status === 0) return this.#extend(this.#told + this.#after);
    if (answer.locks_in === undefined) return;
    const until = Date.now() + (answer.locks_in ?? Infinity) * 1_000;
    this.#extend(until);
    this.#channel?.postMessage({ type: "active", until });
  }

  #extend(until) {
    this.#until = until;
    this.#compare();
  }
}
