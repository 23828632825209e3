import { t } from "../lib/words.js";
import { capped } from "./badge.js";

const PREVIEW = 140;
const LINES = ".conversation__last, .conversation__draft, .conversation__typing";

/** One conversation in the list, kept fresh from events. */
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

  /** The newest message here that the server does not know to be on a device of the reader; 0 when it knows. */
  get undelivered() {
    return Number(this.#row.dataset.undelivered ?? 0);
  }

  // Actions

  /** The last words, their time, and one more unread when they are the other person's; returns by how much the badge grew. */
  receive(message, { isMine }) {
    if (message.message_id <= this.lastMessageId) return 0;
    this.#row.dataset.lastMessageId = message.message_id;
    this.#preview(message, isMine);
    this.#tellTime(message.created_at);
    if (isMine) return 0;
    const grows = "onlyMarked" in this.#row.dataset ? 0 : 1;
    this.setUnread(this.unread + grows);
    return grows;
  }

  /** `marked`: put back to unread, which alone counts for one, as long as nothing else does. */
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

  /** What the reader began to write takes the place of the last words. */
  setDraft(text) {
    this.#instead("draft", text && [icon("edit"), saying(`${t("draft")} ${text.slice(0, PREVIEW)}`)]);
  }

  setTyping(typing) {
    this.#instead("typing", typing && [saying(t("is_typing"))]);
  }

  /** "10:32" of yesterday is "Hier". */
  refreshTime() {
    const time = this.#row.querySelector("time");
    if (time) time.textContent = this.#clock.brief(new Date(time.dateTime));
  }

  // Internal

  get #link() {
    return this.#row.querySelector("a.conversation");
  }

  #preview({ message_type: type, message_text: text, file_name: fileName }, isMine) {
    const said = text ? text.slice(0, PREVIEW) : type === "image" ? t("photo") : fileName;
    const words = saying(isMine ? `${t("you")} ${said}` : said);
    const icons = { image: [icon("image")], file: [icon("file")] }[type] ?? [];
    this.#row.querySelector(".conversation__last").replaceChildren(...icons, words);
  }

  /** CSS shows it instead of the last words, which stay. */
  #instead(kind, parts) {
    const shown = this.#row.querySelector(`.conversation__${kind}`);
    if (!parts) return shown?.remove();
    const line = shown ?? document.createElement("span");
    line.className = `conversation__${kind}`;
    line.replaceChildren(...parts);
    if (!shown) this.#row.querySelector(".conversation__last").after(line);
  }

  #tellTime(at) {
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

function saying(text) {
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
