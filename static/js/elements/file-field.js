/** A file field whose label is the button: says beside it which file was chosen. */
class FileField extends HTMLElement {
  #input;

  connectedCallback() {
    this.#input = this.querySelector("input");
    this.#input.addEventListener("change", this.#say);
    this.#say();
  }

  disconnectedCallback() {
    this.#input.removeEventListener("change", this.#say);
  }

  #say = () => {
    this.querySelector("[role=status]").textContent = this.#input.files[0]?.name ?? "";
  };
}

customElements.define("file-field", FileField);
