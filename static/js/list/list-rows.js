/** The rows of the list, newest first. The focus follows a row that is moved or redrawn. */
export class ListRows {
  #list;
  #lastMessageId;

  /** `list` is the `<ul>`; the rows are ordered by `lastMessageId(row)`. */
  constructor(list, lastMessageId) {
    this.#list = list;
    this.#lastMessageId = lastMessageId;
  }

  get all() {
    return [...this.#list.children];
  }

  find(chatId) {
    return this.#list.querySelector(`#conversation-${chatId}`);
  }

  // Actions

  append(row) {
    this.#list.append(row);
  }

  /** Rows of further pages may stay below the new ones. Returns whether they are there. */
  replace(rows, { keepRest }) {
    const focused = document.activeElement?.closest?.("li[data-chat-id]")?.dataset.chatId;
    const fresh = new Set(rows.map((row) => row.dataset.chatId));
    const rest = keepRest ? this.all.filter((row) => !fresh.has(row.dataset.chatId)) : [];
    this.#fill([...rows.map((row) => this.#present(row)), ...rest]);
    if (focused) this.#focus(focused);
    return rest.length > 0;
  }

  /** One row was drawn anew. It moves only where its newest message is another one. */
  redraw(row) {
    const { chatId } = row.dataset;
    const old = this.find(chatId);
    if (old && this.#present(row) === old) return;
    const focused = old?.contains(document.activeElement);
    if (old && this.#lastMessageId(old) === this.#lastMessageId(row)) old.replaceWith(row);
    else this.#place(row, old);
    if (focused) this.#focus(chatId);
  }

  toTop(row) {
    if (row === this.#list.firstElementChild) return;
    const focused = row.contains(document.activeElement);
    this.#list.prepend(row);
    if (focused) this.#focus(row.dataset.chatId);
  }

  // Internal

  /** The one that is shown, if it is the same. A click on a row that is replaced while it is pressed would be lost. */
  #present(row) {
    const shown = this.find(row.dataset.chatId);
    return shown?.isEqualNode(row) ? shown : row;
  }

  /** These rows alone, in this order. What is in its place stays there. */
  #fill(rows) {
    const wanted = new Set(rows);
    for (const row of this.all) if (!wanted.has(row)) row.remove();
    for (const [place, row] of rows.entries()) {
      const there = this.#list.children[place];
      if (row !== there) this.#list.insertBefore(row, there ?? null);
    }
  }

  /** Newest first. A conversation without a message has just been opened. */
  #place(row, old) {
    old?.remove();
    const newest = this.#lastMessageId(row) || Infinity;
    this.#list.insertBefore(row, this.all.find((other) => this.#lastMessageId(other) < newest) ?? null);
  }

  #focus(chatId) {
    this.find(chatId)?.querySelector("a").focus({ preventScroll: true });
  }
}
