/** A password that its owner may show. The button is hidden without scripts. */
class PasswordField extends HTMLElement {
  #input;
  #button;

  connectedCallback() {
    this.#input = this.querySelector("input");
    this.#button = this.querySelector("button");
    this.#button.hidden = false;
    this.#button.addEventListener("click", this.#toggle);
    this.#input.form?.addEventListener("submit", this.#hide);
  }

  disconnectedCallback() {
    this.#button.removeEventListener("click", this.#toggle);
    this.#input.form?.removeEventListener("submit", this.#hide);
  }

  #toggle = () => this.#show(this.#input.type === "password");

  // Browsers offer to save only the content of a field of type password.
  #hide = () => this.#show(false);

  #show(visible) {
    this.#input.type = visible ? "text" : "password";
    this.#button.setAttribute("aria-pressed", String(visible));
  }
}

customElements.define("password-field", PasswordField);
