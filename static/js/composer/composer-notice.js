/** What is said above the text field. `element` is the composer, which may also list files that the server refused. */
export class ComposerNotice {
  #element;

  constructor(element) {
    this.#element = element;
  }

  /** `calm`: no error. */
  show(words, { calm = false } = {}) {
    const notice = this.#element.querySelector("[data-notice]");
    notice.toggleAttribute("data-calm", calm);
    // Setting the same text would make screen readers announce it again.
    if (notice.textContent !== words) notice.textContent = words;
    this.#element.querySelector("[data-refused]")?.remove();
  }
}
