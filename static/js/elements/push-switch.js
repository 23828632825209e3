import { pushState, turnOff, turnOn } from "../lib/push-device.js";

/** The switch of this device. `[data-says]` has a sentence for each state; `failed` is none that lasts. */
class PushSwitch extends HTMLElement {
  #input;

  connectedCallback() {
    this.#input = this.querySelector("input");
    this.#input.addEventListener("change", this.#change);
    this.#show();
  }

  disconnectedCallback() {
    this.#input.removeEventListener("change", this.#change);
  }

  // Callbacks

  #change = async () => {
    const wanted = this.#input.checked;
    this.#input.disabled = true;
    this.#say("working");
    try {
      await (wanted ? turnOn() : turnOff());
    } catch {
      await this.#show();
      return this.#say("failed");
    }
    const state = await this.#show();
    // The list of devices has, or lacks, this one.
    if (state === (wanted ? "on" : "off")) location.reload();
  };

  // Internal

  async #show() {
    const state = await pushState().catch(() => "unknown");
    this.#input.checked = state === "on";
    this.#input.disabled = ["unsupported", "denied"].includes(state);
    this.dataset.state = state;
    this.#say(state);
    return state;
  }

  #say(state) {
    for (const sentence of this.querySelectorAll("[data-says]")) sentence.hidden = sentence.dataset.says !== state;
  }
}

customElements.define("push-switch", PushSwitch);
