import { page } from "../lib/page.js";

/**
 * The unsent message of each conversation in this tab: text, files, quote. `saved`: the server had the text, in the
 * history `epoch`.
 */
export class TabDrafts {
  #storage;

  constructor(storage) {
    this.#storage = storage;
  }

  get(chatId) {
    return this.#storage.get(keyOf(chatId)) ?? { text: "", attachments: [], quoted: null, saved: false, epoch: "" };
  }

  set(chatId, { text, attachments, quoted, saved }) {
    const draft = { text, attachments, quoted, saved, epoch: page.epoch };
    if (text || attachments.length || quoted) this.#storage.set(keyOf(chatId), draft);
    else this.#storage.delete(keyOf(chatId));
  }
}

function keyOf(chatId) {
  return `draft:${chatId}`;
}

/**
 * The newer of the draft in this tab and the one that the server has (`stored`, or null). A quote without a text is
 * known to the tab only. A server that was restored since may have lost what it had.
 */
export function newerDraft({ text, quoted, saved, epoch }, stored) {
  if (text && !(saved && epoch === page.epoch)) return { text, quoted };
  if (stored?.text) return stored;
  return { text: "", quoted: text ? null : quoted };
}
