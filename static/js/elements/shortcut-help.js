const FIELDS = "input, textarea, select, [contenteditable]";

/** The keyboard shortcuts of this page, opened by "?" or by the button, which is hidden without scripts. */
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

  /** Where "?" needs AltGr, that is reported as Ctrl and Alt. */
  #key(event) {
    if (event.key !== "?" || event.isComposing || event.target.closest(FIELDS)) return;
    if ((event.ctrlKey || event.altKey || event.metaKey) && !event.getModifierState("AltGraph")) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#dialog.showModal();
  }

  /** A click on the backdrop has the dialog as its target. */
  #click({ target }) {
    if (target === this.#dialog || target.closest("[data-action=close]")) this.#dialog.close();
  }
}
