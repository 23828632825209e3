/** The unsent message of each conversation in this tab: text, files, quote. `saved`: the server has the text. */
export class TabDrafts {
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  get(chatId) {
    return this.#storage.get(keyOf(chatId)) ?? { text: "", attachments: [], quoted: null, saved: false };
  }

  set(chatId, { text, attachments, quoted, saved }) {
    if (text || attachments.length || quoted) this.#storage.set(keyOf(chatId), { text, attachments, quoted, saved });
    else this.#storage.delete(keyOf(chatId));
  }
}

function keyOf(chatId) {
  return `draft:${chatId}`;
}

/**
 * The newer of the draft in this tab and the one that the server has (`stored`, or null). A quote without a text is
 * known to the tab only.
 */
export function newerDraft({ text, quoted, saved }, stored) {
  if (text && !saved) return { text, quoted };
  if (stored?.text) return stored;
  return { text: "", quoted: text ? null : quoted };
}
