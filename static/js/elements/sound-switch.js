import { playSound, soundChoice } from "../lib/sound.js";

/** Whether this device plays a sound for messages. Without scripts there is none, and the switch stays hidden. */
export class SoundSwitch extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    box.checked = soundChoice.isOn;
    box.addEventListener("change", () => this.#choose(box));
    this.hidden = false;
  }

  /** Whoever turns it on hears it. */
  #choose(box) {
    soundChoice.isOn = box.checked;
    box.checked = soundChoice.isOn;
    if (box.checked) playSound();
  }
}
