const AFTER = 500;
/** In pixels: a finger is never quite still. */
const STILL = 10;

/**
 * A finger that rests on a message. Android sends `contextmenu` for it, iOS nothing; so touches are timed.
 * `open(row)` is called once, and the touch that opened it clicks nothing.
 */
export class LongPress {
  #open;
  #timer = null;
  #start = null;
  #isOpened = false;

  constructor(open) {
    this.#open = open;
  }

  listen(messages, signal) {
    messages.addEventListener("touchstart", (event) => this.#begin(event), { signal, passive: true });
    messages.addEventListener("touchmove", (event) => this.#move(event), { signal, passive: true });
    messages.addEventListener("touchend", (event) => this.#end(event), { signal });
    messages.addEventListener("touchcancel", () => this.#stop(), { signal });
    signal.addEventListener("abort", () => this.#stop());
  }

  // Callbacks

  #begin({ target, touches }) {
    this.#stop();
    this.#isOpened = false;
    const row = target.closest(".bubble")?.closest(".message[data-message-id]");
    if (!row || touches.length !== 1) return;
    this.#start = touches[0];
    this.#timer = setTimeout(() => {
      this.#isOpened = true;
      this.#open(row);
    }, AFTER);
  }

  #move({ touches: [{ clientX, clientY }] }) {
    if (this.#start && Math.hypot(clientX - this.#start.clientX, clientY - this.#start.clientY) > STILL) this.#stop();
  }

  #end(event) {
    if (this.#isOpened) event.preventDefault();
    this.#stop();
  }

  // Internal

  #stop() {
    clearTimeout(this.#timer);
    this.#start = null;
  }
}
