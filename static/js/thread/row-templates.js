import { humanSize } from "../lib/file-size.js";
import { reason, t } from "../lib/words.js";

/** Rows that the server has not rendered yet, from the page's own templates, filled by `textContent`. */
export class RowTemplates {
  #message;
  #failure;

  constructor({ message, failure }) {
    this.#message = message;
    this.#failure = failure;
  }

  /** An item of the outbox. */
  row(item) {
    const row = this.#fill(item, item.client_id);
    this.mark(row, item);
    return row;
  }

  /** An incoming text, until the server's row replaces it: therefore no `data-seq`. */
  arrived(message) {
    const row = this.#fill(message, message.client_id ?? `message-${message.message_id}`);
    row.dataset.messageId = message.message_id;
    row.dataset.senderId = message.sender_id;
    row.dataset.senderRole = message.sender_role;
    row.querySelector(".visually-hidden").textContent = t(`from_${message.sender_role}`);
    delete row.dataset.seq;
    delete row.dataset.state;
    return row;
  }

  mark(row, { state, code }) {
    row.querySelector(".message__failure")?.remove();
    row.dataset.state = state;
    if (state !== "failed") return;
    const failure = this.#failure.content.firstElementChild.cloneNode(true);
    failure.querySelector("[data-reason]").textContent = reason(code);
    row.append(failure);
  }

  /** Accepted by the server, whose own row will follow. */
  settle(row) {
    row.querySelector(".message__failure")?.remove();
    delete row.dataset.state;
  }

  // Internal

  #fill({ created_at: at, message_text: words, attachments, quoted, client_id: clientId }, domId) {
    const row = this.#message.content.firstElementChild.cloneNode(true);
    const text = row.querySelector("[data-text]");
    row.id = domId;
    row.dataset.clientId = clientId ?? "";
    row.dataset.at = row.querySelector("time").dateTime = at;
    text.textContent = words;
    text.hidden = !words;
    if (quoted) this.#quote(row.querySelector(".quote"), quoted);
    attachments.forEach((attachment) => text.before(fileName(attachment)));
    return row;
  }

  #quote(quote, { name, words, isCorrected }) {
    quote.querySelector(".quote__who").textContent = name;
    quote.querySelector(".quote__text").textContent = words;
    quote.querySelector("[data-corrected]").hidden = !isCorrected;
    quote.hidden = false;
  }
}

function fileName({ file_name: name, file_size: size }) {
  const line = document.createElement("p");
  line.dir = "auto";
  line.textContent = `${name} · ${humanSize(size)}`;
  return line;
}
