import { chatLink } from "../connection/chat-link.js";

const BACK_FOR = 2_000;

/** Shows the state of the connection once it has been lost for a while. Each `[data-when]` child is for one state. */
export class ConnectionBanner extends HTMLElement {
  #listening = null;
  #timer = null;
  #wasCut = false;

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    chatLink().addEventListener("state", () => this.#update(), { signal });
    this.addEventListener("click", (event) => this.#retry(event), { signal });
    this.#update();
  }

  disconnectedCallback() {
    this.#listening.abort();
    clearTimeout(this.#timer);
  }

  // Callbacks

  #retry({ target }) {
    if (target.closest("[data-action=retry]")) chatLink().connection.retry();
  }

  #update() {
    const { state } = chatLink();
    this.dataset.state = state;
    const cut = ["offline", "reconnecting"].includes(state);
    if (cut) this.#show(state);
    else if (this.#wasCut && state === "live") this.#showBack();
    else if (!this.#wasCut) this.#show(null);
    this.#wasCut = cut || (this.#wasCut && state === "connecting");
  }

  // Internal

  #showBack() {
    this.#show("back");
    this.#timer = setTimeout(() => this.#show(null), BACK_FOR);
  }

  #show(state) {
    clearTimeout(this.#timer);
    this.hidden = !state;
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  }
}
