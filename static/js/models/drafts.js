/** The text and the finished files of messages not sent yet, one per conversation. */
export class Drafts {
  #keep;

  constructor(keep) {
    this.#keep = keep;
  }

  get(chatId) {
    return this.#keep.get(shelf(chatId)) ?? { text: "", attachments: [] };
  }

  set(chatId, { text, attachments }) {
    if (text || attachments.length) this.#keep.set(shelf(chatId), { text, attachments });
    else this.#keep.delete(shelf(chatId));
  }
}

function shelf(chatId) {
  return `draft:${chatId}`;
}
