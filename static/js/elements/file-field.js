import { isolated } from "../lib/isolated.js";
import { smallerPhoto } from "../lib/smaller-photo.js";

/**
 * A file field whose label is the button: shows the name of the chosen file beside it. A picture beyond
 * `data-max-bytes` is made smaller before it is sent; the sentences about that are `data-shrinking`,
 * `data-smaller` and `data-too-large`.
 */
class FileField extends HTMLElement {
  #input;
  #shrinking = null;
  #listening = null;

  connectedCallback() {
    this.#input = this.querySelector("input");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#input.addEventListener("change", () => this.#chosen(), { signal });
    this.#input.form.addEventListener("submit", (event) => this.#hold(event), { signal });
    this.#chosen();
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Callbacks

  #chosen() {
    const [file] = this.#input.files;
    this.#say(file ? "{name}" : "", file);
    this.#shrinking = file && file.size > Number(this.dataset.maxBytes) ? this.#shrink(file) : null;
  }

  /** The form leaves with the smaller picture. */
  async #hold(event) {
    if (!this.#shrinking) return;
    event.preventDefault();
    if (await this.#shrinking) this.#input.form.requestSubmit(event.submitter);
  }

  // Internal

  /** Whether there is a smaller picture to be sent. */
  async #shrink(file) {
    this.#say(this.dataset.shrinking, file);
    const smaller = await smallerPhoto(file, Number(this.dataset.maxBytes));
    if (this.#input.files[0] !== file) return false;
    const chosen = new DataTransfer();
    if (smaller) chosen.items.add(smaller);
    this.#input.files = chosen.files;
    this.#shrinking = null;
    this.#say(smaller ? this.dataset.smaller : this.dataset.tooLarge, smaller ?? file);
    this.toggleAttribute("data-refused", !smaller);
    return Boolean(smaller);
  }

  #say(words, file) {
    this.removeAttribute("data-refused");
    this.querySelector("[role=status]").textContent = words.replace("{name}", () => isolated(file.name));
  }
}

customElements.define("file-field", FileField);
