import { humanSize } from "../lib/file-size.js";
import { reason, t } from "../lib/words.js";
import { linked, parsed } from "../message/linked.js";
import { isPlainText } from "../message/plain-text.js";
import { nameButtons, subjectOf } from "../message/subject.js";

/** Rows that the server has not rendered, from the page's own templates. User content is only ever text in them. */
export class RowTemplates {
  #message;
  #text;
  #failure;

  constructor({ message, text, failure }) {
    this.#message = message;
    this.#text = text;
    this.#failure = failure;
  }

  /** An item of the outbox. */
  row(item) {
    const row = this.#message.content.firstElementChild.cloneNode(true);
    fill(row, item);
    row.querySelector("[data-text]").hidden = !item.message_text;
    if (item.quoted) this.#quote(row.querySelector(".quote"), item.quoted);
    row.querySelector("[data-text]").before(...item.attachments.map(fileName));
    this.mark(row, item);
    return row;
  }

  /** A stored message exactly as the server draws it; null where only the server can. */
  stored(message) {
    const blank = this.#text.content.querySelector(`[data-sender-role="${message.sender_role}"]`);
    if (!blank || !isPlainText(message)) return null;
    const row = blank.cloneNode(true);
    fill(row, message);
    row.querySelector("[data-menu-words]").textContent = t("menu_of", { words: subjectOf(row) });
    Object.assign(row.dataset, { messageId: message.message_id, seq: message.seq, senderId: message.sender_id });
    return row;
  }

  mark(row, { state, code, attachments }) {
    row.querySelector(".message__failure")?.remove();
    row.dataset.state = state;
    if (state !== "failed") return;
    const failure = this.#failure.content.firstElementChild.cloneNode(true);
    failure.querySelector("[data-reason]").textContent = reason(code);
    nameButtons(failure.querySelectorAll("button"), subjectOf(row) || attachments[0]?.file_name);
    row.append(failure);
  }

  /** Accepted by the server; the stored row follows. */
  settle(row) {
    row.querySelector(".message__failure")?.remove();
    delete row.dataset.state;
  }

  // Internal

  #quote(quote, { name, words, isCorrected }) {
    quote.querySelector(".quote__who").textContent = name;
    quote.querySelector(".quote__text").textContent = words;
    quote.querySelector("[data-corrected]").hidden = !isCorrected;
    quote.hidden = false;
  }
}

function fill(row, { message_id: messageId, client_id: clientId, created_at: at, message_text: text }) {
  row.id = clientId ?? `message-${messageId}`;
  row.dataset.clientId = clientId ?? "";
  row.dataset.at = row.querySelector("time").dateTime = at;
  const words = row.querySelector("[data-text]");
  words.dataset.text = parsed(text);
  words.replaceChildren(...linked(text));
}

function fileName({ file_name: name, file_size: size }) {
  const line = document.createElement("p");
  line.appendChild(document.createElement("bdi")).textContent = name;
  line.append(` · ${humanSize(size)}`);
  return line;
}
