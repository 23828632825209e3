/**
 * A form that a passkey fills: its button asks the device, and sends what that answers. `data-ask` is `create` or
 * `get`. The options are in the JSON beside it, or at the address `data-options`. Hidden where passkeys are unknown.
 */
class PasskeyForm extends HTMLElement {
  #form;

  connectedCallback() {
    if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
    this.#form = this.querySelector("form");
    this.#form.addEventListener("submit", this.#ask);
    this.hidden = false;
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("submit", this.#ask);
  }

  #ask = async (event) => {
    event.preventDefault();
    this.#say(false);
    try {
      const credential = await this.#credential(await this.#options());
      this.#form.elements.credential.value = JSON.stringify(credential);
      this.#form.submit();
    } catch {
      // The person stopped it, or the device has no such passkey: browsers do not tell which.
      this.#say(true);
    }
  };

  async #options() {
    const { options } = this.dataset;
    if (!options) return JSON.parse(this.querySelector("script").textContent);
    const response = await fetch(options, { headers: { Accept: "application/json" }, cache: "no-store" });
    return (await response.json()).request_options;
  }

  #credential({ publicKey }) {
    const { credentials } = navigator;
    if (this.dataset.ask === "create")
      return credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
    return credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
  }

  #say(failed) {
    this.querySelector("[data-failed]").hidden = !failed;
  }
}

customElements.define("passkey-form", PasskeyForm);
