import { pushStateOfTab } from "../lib/push-device.js";

const CLOSED = "push-notice-closed";

/** Says that this device shows no notifications, until the person closes it; again where they end by themselves. */
export class PushNotice extends HTMLElement {
  async connectedCallback() {
    const state = await pushStateOfTab();
    this.hidden = !["off", "died"].includes(state) || localStorage.getItem(CLOSED) === state;
    this.querySelector("button").addEventListener("click", () => this.#close(state));
  }

  #close(state) {
    localStorage.setItem(CLOSED, state);
    this.hidden = true;
  }
}
