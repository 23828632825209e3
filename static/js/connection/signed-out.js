/** Once nobody is signed in here any more, nothing of what stood on the page may be read: a way back takes its place. */
export class SignedOut {
  #root;

  /** `root` is the document. */
  constructor(line, root) {
    this.#root = root;
    line.connection.addEventListener("expired", () => this.#cover());
  }

  // Internal

  #cover() {
    const { body } = this.#root;
    const card = this.#root.querySelector("#signed-out").content.cloneNode(true);
    const heading = card.querySelector("[role=heading]");
    body.replaceChildren(body.querySelector(":scope > svg"), card);
    this.#root.title = heading.textContent;
    heading.focus();
  }
}
