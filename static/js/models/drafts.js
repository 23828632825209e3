/** The text and the finished files of messages not sent yet, one per conversation. */
export class Drafts {
  #keep;

  constructor(keep) {
    this.#keep = keep;
  }

  get(chatId) {
    return this.#keep.get(shelf(chatId)) ?? { text: "", attachments: [], quoted: null };
  }

  set(chatId, { text, attachments, quoted }) {
    if (text || attachments.length || quoted) this.#keep.set(shelf(chatId), { text, attachments, quoted });
    else this.#keep.delete(shelf(chatId));
  }
}

function shelf(chatId) {
  return `draft:${chatId}`;
}
