/** A file field whose label is the button: shows the name of the chosen file beside it. */
class FileField extends HTMLElement {
  #input;

  connectedCallback() {
    this.#input = this.querySelector("input");
    this.#input.addEventListener("change", this.#showName);
    this.#showName();
  }

  disconnectedCallback() {
    this.#input.removeEventListener("change", this.#showName);
  }

  #showName = () => {
    this.querySelector("[role=status]").textContent = this.#input.files[0]?.name ?? "";
  };
}

customElements.define("file-field", FileField);
