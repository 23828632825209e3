/** Replaces the whole page by a sign-in card once the sign-in has ended: its content must not stay readable. */
export class SignedOut {
  #link;
  #root;

  /** `root` is the document. */
  constructor(link, root) {
    this.#link = link;
    this.#root = root;
  }

  listen() {
    const { connection } = this.#link;
    connection.addEventListener("expired", () => this.#replacePage());
    // Every page leads to the one on which the second factor is set up.
    connection.addEventListener("barred", () => location.reload());
  }

  // Internal

  #replacePage() {
    const { body } = this.#root;
    const card = this.#root.querySelector("#signed-out").content.cloneNode(true);
    const heading = card.querySelector("[role=heading]");
    body.replaceChildren(body.querySelector(":scope > svg"), card);
    this.#root.title = heading.textContent;
    heading.focus();
    navigator.clearAppBadge?.().catch(() => {});
  }
}
