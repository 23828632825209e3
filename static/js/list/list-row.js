import { t } from "../lib/words.js";
import { capped } from "./badge.js";

const PREVIEW = 140;
const LINES = ".conversation__last, .conversation__draft, .conversation__typing";

/** One conversation in the list, updated by events. */
export class ListRow {
  #row;
  #clock;

  constructor(row, clock) {
    this.#row = row;
    this.#clock = clock;
  }

  get unread() {
    return Number(this.#link.dataset.unread ?? 0);
  }

  get lastMessageId() {
    return Number(this.#row.dataset.lastMessageId);
  }

  /** The newest message that the server has not recorded as delivered to the reader; 0 when it has. */
  get undelivered() {
    return Number(this.#row.dataset.undelivered ?? 0);
  }

  // Actions

  /** Show a new last message; one of the other person is unread. Returns by how much the badge grew. */
  receive(message, { isMine }) {
    if (message.message_id <= this.lastMessageId) return 0;
    this.#row.dataset.lastMessageId = message.message_id;
    this.#preview(message, isMine);
    this.#showTime(message.created_at);
    if (isMine) return 0;
    const grows = "onlyMarked" in this.#row.dataset ? 0 : 1;
    this.setUnread(this.unread + grows);
    return grows;
  }

  /** `marked`: marked as unread, which counts as one while no message is unread. */
  setUnread(count, { marked = false } = {}) {
    if (!marked) delete this.#row.dataset.onlyMarked;
    else if (this.unread === 0) this.#row.dataset.onlyMarked = "";
    const badge = this.#row.querySelector(".badge");
    if (count === 0) {
      delete this.#link.dataset.unread;
      badge?.remove();
    } else {
      this.#link.dataset.unread = count;
      fillBadge(badge ?? this.#addBadge(), count);
    }
  }

  /** The reader's draft is shown instead of the last message. */
  setDraft(text) {
    this.#instead("draft", text && [icon("edit"), textSpan(`${t("draft")} ${text.slice(0, PREVIEW)}`)]);
  }

  setTyping(typing) {
    this.#instead("typing", typing && [textSpan(t("is_typing"))]);
  }

  /** Yesterday's "10:32" becomes "Hier". */
  refreshTime() {
    const time = this.#row.querySelector("time");
    if (time) time.textContent = this.#clock.brief(new Date(time.dateTime));
  }

  // Internal

  get #link() {
    return this.#row.querySelector("a.conversation");
  }

  #preview({ message_type: type, message_text: text, file_name: fileName }, isMine) {
    const content = text ? text.slice(0, PREVIEW) : type === "image" ? t("photo") : fileName;
    const words = textSpan(isMine ? `${t("you")} ${content}` : content);
    const icons = { image: [icon("image")], file: [icon("file")] }[type] ?? [];
    this.#row.querySelector(".conversation__last").replaceChildren(...icons, words);
  }

  /** CSS shows it instead of the last message, which stays in the row. */
  #instead(kind, parts) {
    const shown = this.#row.querySelector(`.conversation__${kind}`);
    if (!parts) return shown?.remove();
    const line = shown ?? document.createElement("span");
    line.className = `conversation__${kind}`;
    line.replaceChildren(...parts);
    if (!shown) this.#row.querySelector(".conversation__last").after(line);
  }

  #showTime(at) {
    let time = this.#row.querySelector("time");
    if (!time) {
      time = document.createElement("time");
      time.className = "conversation__time";
      this.#row.querySelector(".conversation__name").after(time);
    }
    time.dateTime = at;
    this.refreshTime();
  }

  #addBadge() {
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.append(document.createElement("span"), document.createElement("span"));
    badge.firstChild.setAttribute("aria-hidden", "true");
    badge.lastChild.className = "visually-hidden";
    [...this.#row.querySelectorAll(LINES)].at(-1).after(badge);
    return badge;
  }
}

function fillBadge(badge, count) {
  badge.firstElementChild.textContent = capped(count);
  badge.lastElementChild.textContent = t("unread_messages", { count });
}

function textSpan(text) {
  const words = document.createElement("span");
  words.dir = "auto";
  words.textContent = text;
  return words;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = svg.appendChild(document.createElementNS(space, "use"));
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  return svg;
}
