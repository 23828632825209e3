import { t } from "../lib/words.js";
import { capped } from "./badge.js";

const PREVIEW = 140;

/** One conversation in the list, kept fresh from events. */
export class ListRow {
  #row;
  #clock;

  constructor(row, clock) {
    this.#row = row;
    this.#clock = clock;
  }

  get unread() {
    return Number.parseInt(this.#row.querySelector(".badge [aria-hidden]")?.textContent, 10) || 0;
  }

  get lastMessageId() {
    return Number(this.#row.dataset.lastMessageId);
  }

  // Actions

  /** The last words, their time, and one more unread when they are the other person's. */
  receive(message, { isMine }) {
    if (message.message_id <= this.lastMessageId) return;
    this.#row.dataset.lastMessageId = message.message_id;
    this.#preview(message, isMine);
    this.#tellTime(message.created_at);
    if (!isMine) this.setUnread(this.unread + 1);
  }

  setUnread(count) {
    const badge = this.#row.querySelector(".badge");
    this.#link.toggleAttribute("data-unread", count > 0);
    if (count === 0) badge?.remove();
    else fillBadge(badge ?? this.#addBadge(), count);
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
    const words = document.createElement("span");
    const said = text ? text.slice(0, PREVIEW) : type === "image" ? t("photo") : fileName;
    words.dir = "auto";
    words.textContent = isMine ? `${t("you")} ${said}` : said;
    const icons = { image: [icon("image")], file: [icon("file")] }[type] ?? [];
    this.#row.querySelector(".conversation__last").replaceChildren(...icons, words);
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
    this.#row.querySelector(".conversation__last").after(badge);
    return badge;
  }
}

function fillBadge(badge, count) {
  badge.firstElementChild.textContent = capped(count);
  badge.lastElementChild.textContent = t("unread_messages", { count });
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
