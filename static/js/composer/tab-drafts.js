/** The text and the finished files of messages not sent yet, one per conversation; `saved` when the server has that text too. */
export class TabDrafts {
  #keep;

  constructor(keep) {
    this.#keep = keep;
  }

  get(chatId) {
    return this.#keep.get(shelf(chatId)) ?? { text: "", attachments: [], quoted: null, saved: false };
  }

  set(chatId, { text, attachments, quoted, saved }) {
    if (text || attachments.length || quoted) this.#keep.set(shelf(chatId), { text, attachments, quoted, saved });
    else this.#keep.delete(shelf(chatId));
  }
}

function shelf(chatId) {
  return `draft:${chatId}`;
}
