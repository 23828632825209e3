import { SoundSwitch } from "./elements/sound-switch.js";

customElements.define("sound-switch", SoundSwitch);
