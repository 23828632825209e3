import { Backoff, jitter } from "../lib/backoff.js";
import { takeEarlySocket } from "./early-socket.js";

const SESSION_ENDED = 4401;
const FACTOR_REQUIRED = 4403;
const SESSION_LOCKED = 4423;
const TOO_MUCH = 1008;
const SERVICE_RESTART = 1012;
const WELCOME_WITHIN = 10_000;
const PONG_WITHIN = 5_000;
const STEADY_AFTER = 5_000;

/**
 * One WebSocket, kept open. Protocol `chat.v1`: waits for `welcome`, pings each `heartbeat_s`, reconnects when lost.
 * Events: `live` (welcome received), `lost`, `unreached` (a failed attempt), `frame` (detail: the frame), `expired`
 * (the sign-in ended: it does not reconnect), `barred` (it needs a second factor: likewise), `locked` (until `unlock`).
 */
export class Connection extends EventTarget {
  #url;
  #socket = null;
  #live = false;
  #welcomed = false;
  /** Why it does not reconnect: "expired", "locked", or null. */
  #shut = null;
  #running = false;
  #backoff = new Backoff();
  #timers = {};
  #heartbeat = 25_000;

  constructor(url) {
    super();
    this.#url = url;
  }

  get live() {
    return this.#live;
  }

  get expired() {
    return this.#shut === "expired";
  }

  get shut() {
    return this.#shut;
  }

  // Lifecycle

  start() {
    if (this.#running) return;
    this.#running = true;
    addEventListener("online", this.#hurry);
    addEventListener("offline", this.#leave);
    document.addEventListener("visibilitychange", this.#wake);
    // Later, when all listen who are made in this task: the early socket may have frames already.
    this.#after("begin", 0, () => this.#open());
  }

  stop() {
    this.#running = false;
    removeEventListener("online", this.#hurry);
    removeEventListener("offline", this.#leave);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#drop();
  }

  // Actions

  /** True when the frame was sent. A caller that needs an answer waits for it, and sends again after `live`. */
  send(frame) {
    if (!this.#live || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Reconnect now instead of at the end of the current wait. */
  retry() {
    if (!this.#running || this.#shut || this.#live) return;
    this.#drop();
    this.#open();
  }

  /** Ping: an answer is missing, or a dead socket looks open after a sleep or a change of network. */
  check() {
    if (this.send({ type: "ping" })) this.#after("pong", PONG_WITHIN, () => this.#lose());
  }

  expire() {
    if (!this.expired) this.#shutDown("expired");
  }

  lock() {
    if (!this.#shut) this.#shutDown("locked");
  }

  unlock() {
    if (this.#shut !== "locked") return;
    this.#shut = null;
    this.#backoff.reset();
    if (this.#running) this.#open();
  }

  // Callbacks

  #hurry = () => {
    this.#backoff.reset();
    if (this.#live) this.check();
    else this.retry();
  };

  /** The device has no network: frames on the old socket would only wait. Reconnecting shows when that was wrong. */
  #leave = () => {
    if (this.#live) this.#lose();
  };

  #wake = () => {
    if (document.visibilityState === "visible") this.#hurry();
  };

  #receive(text) {
    const frame = JSON.parse(text);
    this.#stop("pong");
    if (frame.type === "welcome") this.#welcome(frame);
    else if (frame.type === "session.ended") this.expire();
    else if (frame.type === "session.locked") this.lock();
    else if (frame.type !== "pong") this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #closed(code) {
    if (code === SESSION_ENDED) return this.expire();
    if (code === FACTOR_REQUIRED) return this.dispatchEvent(new Event("barred"));
    if (code === SESSION_LOCKED) return this.lock();
    if (code === TOO_MUCH) return this.#lose(jitter(20_000, 60_000));
    this.#lose(code === SERVICE_RESTART ? jitter(0, 1_000) : undefined);
  }

  // Internal

  #open() {
    if (this.#shut) return;
    // For the server's metric of lost connections, which it could not count otherwise.
    const url = this.#welcomed ? `${this.#url}?reconnect=1` : this.#url;
    const early = takeEarlySocket();
    const socket = (this.#socket = early ? early.socket : new WebSocket(url, "chat.v1"));
    const mine = (handle) => (event) => socket === this.#socket && handle(event);
    const receive = mine(({ data }) => this.#receive(data));
    socket.addEventListener("close", mine(({ code }) => this.#closed(code)));
    this.#after("welcome", WELCOME_WITHIN, () => this.#lose());
    if (early) early.handOver(receive);
    else socket.addEventListener("message", receive);
  }

  #welcome(frame) {
    this.#stop("welcome");
    this.#live = this.#welcomed = true;
    this.#heartbeat = (frame.heartbeat_s || 25) * 1_000;
    this.#after("steady", STEADY_AFTER, () => this.#backoff.reset());
    this.#beat();
    this.dispatchEvent(new CustomEvent("live", { detail: frame }));
  }

  #beat() {
    this.#after("beat", this.#heartbeat, () => {
      this.check();
      this.#beat();
    });
  }

  #lose(wait = this.#backoff.next()) {
    const reached = this.#live;
    this.#drop();
    if (!this.#running || this.#shut) return;
    this.#after("retry", wait, () => this.#open());
    if (!reached) this.dispatchEvent(new Event("unreached"));
  }

  #shutDown(why) {
    this.#shut = why;
    this.#drop();
    this.dispatchEvent(new Event(why));
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    Object.keys(this.#timers).forEach((name) => this.#stop(name));
    if (socket) hangUp(socket);
    if (!this.#live) return;
    this.#live = false;
    this.dispatchEvent(new Event("lost"));
  }

  #after(name, wait, callback) {
    this.#stop(name);
    this.#timers[name] = setTimeout(callback, wait);
  }

  #stop(name) {
    clearTimeout(this.#timers[name]);
  }
}

/** Closing a socket before it is open logs an error to the browser's console. */
function hangUp(socket) {
  if (socket.readyState === WebSocket.CONNECTING) socket.addEventListener("open", () => socket.close());
  else socket.close();
}
