import { getJson, sendJson } from "../lib/api.js";
import { knowsPasskeys, makePasskey, usePasskey } from "../lib/passkey.js";

/**
 * A form that a passkey fills: its button asks the device, and sends what that answers. `data-ask` is `create` or
 * `get`. The options are in the JSON beside it, at the address `data-options`, or the answer to a POST to
 * `data-question`. `data-shared` is the id of a box of another form, which goes with it. Hidden where passkeys are
 * unknown.
 */
class PasskeyForm extends HTMLElement {
  #form;

  connectedCallback() {
    if (!knowsPasskeys()) return;
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
      const ask = this.dataset.ask === "create" ? makePasskey : usePasskey;
      this.#form.elements.credential.value = JSON.stringify(await ask(await this.#options()));
      const { shared } = this.dataset;
      if (shared) this.#form.elements.is_shared.value = document.getElementById(shared).checked ? "on" : "";
      this.#form.submit();
    } catch {
      this.#say(true);
    }
  };

  async #options() {
    const { options, question } = this.dataset;
    if (!options && !question) return JSON.parse(this.querySelector("script").textContent);
    const answer = question ? await sendJson("POST", question, {}) : await getJson(options);
    return answer.request_options;
  }

  #say(failed) {
    this.querySelector("[data-failed]").hidden = !failed;
  }
}

customElements.define("passkey-form", PasskeyForm);
