const FIELDS = "input, textarea, select, [contenteditable]";

/** The keys that do something on this page, listed on "?" and on the button that only a page with scripts shows. */
export class ShortcutHelp extends HTMLElement {
  #dialog;
  #listening = null;

  connectedCallback() {
    this.#dialog = this.querySelector("dialog");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const button = document.querySelector("[data-action=shortcuts]");
    button.hidden = false;
    button.addEventListener("click", () => this.#dialog.showModal(), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#dialog.addEventListener("click", (event) => this.#click(event), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Callbacks

  /** AltGr counts as Ctrl and Alt where "?" needs it. */
  #key(event) {
    if (event.key !== "?" || event.isComposing || event.target.closest(FIELDS)) return;
    if ((event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph")) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#dialog.showModal();
  }

  /** The ground around the dialog belongs to it. */
  #click({ target }) {
    if (target === this.#dialog || target.closest("[data-action=close]")) this.#dialog.close();
  }
}
