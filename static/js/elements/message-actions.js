import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { t } from "../lib/words.js";
import { allowedActions } from "../message/allowed-actions.js";
import { CorrectionDrafts } from "../message/correction-drafts.js";
import * as calls from "../message/message-api.js";
import { reactionDetails, versionDetails, writeTimes } from "../message/message-details.js";
import { quoteFromRow } from "../message/quote.js";
import { idOf, textOf } from "../message/row.js";

const GAP = 4;

/**
 * What can be done with one message: beside it on a desk, a sheet from below on a phone.
 * Events: `reply` (detail: {messageId, name, words, isCorrected}), `changed` (detail: the message, as the server has it now).
 */
export class MessageActions extends HTMLElement {
  #dialog;
  #about = null;
  /** Counts what the dialog is asked for: an answer to something earlier is late. */
  #turn = 0;
  #clock = new Clock();
  #corrections = new CorrectionDrafts();
  #listening = null;

  connectedCallback() {
    this.#dialog = this.querySelector("dialog");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#dialog.addEventListener("click", (event) => this.#click(event), { signal });
    this.#dialog.addEventListener("close", () => this.#closed(), { signal });
    this.querySelector("form").addEventListener("submit", (event) => this.#submit(event), { signal });
    this.#field.addEventListener("input", () => this.#corrections.type(this.#row, this.#field.value), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Actions

  /** Show what can be done with the message of this row. */
  open(row) {
    this.#about = row;
    const able = this.#able(row);
    for (const item of this.querySelectorAll("[data-needs]")) {
      item.hidden = !item.dataset.needs.split(" ").every((need) => able.has(need));
    }
    for (const item of this.querySelectorAll(".picker [data-emoji]")) item.ariaPressed = String(this.#isMine(item.dataset.emoji));
    this.querySelector("[data-given]").replaceChildren(...reactionDetails(row));
    this.#show("menu", t("actions_title", { time: row.querySelector(".message__meta time").textContent }));
    this.#place();
  }

  showVersions(row) {
    this.#about = row;
    return this.#versions();
  }

  reply(row) {
    this.#dialog.close();
    if (this.#able(row).has("open")) this.dispatchEvent(new CustomEvent("reply", { detail: quoteFromRow(row) }));
  }

  /** Give a reaction, or take it back where it is mine. */
  react(row, emoji) {
    this.#about = row;
    return this.#change(calls.react(idOf(row), emoji, { on: !this.#isMine(emoji) }));
  }

  unpin(messageId) {
    return this.#change(calls.pin(messageId, { on: false }));
  }

  // Callbacks

  #click({ target }) {
    if (target === this.#dialog) return this.#isCorrecting || this.#dialog.close();
    const button = target.closest("[data-action]");
    const id = idOf(this.#row);
    switch (button?.dataset.action) {
      case "close":
        return this.#dialog.close();
      case "react":
        return this.react(this.#row, button.dataset.emoji);
      case "reply":
        return this.reply(this.#row);
      case "copy":
        return this.#copy();
      case "pin":
      case "unpin":
        return this.#change(calls.pin(id, { on: button.dataset.action === "pin" }));
      case "ask-correct":
        return this.#askCorrection();
      case "drop-correction":
        return this.#dropCorrection();
      case "ask-retract":
        return this.#show("retract", t("withdraw_title"));
      case "retract":
        return this.#change(calls.retract(id));
      case "versions":
        return this.#versions();
      case "details":
        return this.#details();
    }
  }

  #submit(event) {
    event.preventDefault();
    const row = this.#row;
    if (this.#corrections.isOvertaken(row)) return this.#alert(t("changed_meanwhile", { words: textOf(row) }));
    this.#change(calls.correct(idOf(row), this.#field.value.trim()), () => this.#dropCorrection());
  }

  #closed() {
    this.#turn += 1;
    // What opened it may have been drawn anew meanwhile; the browser lets go of what is hidden only later.
    const { activeElement: focused, body } = document;
    if (focused === body || this.contains(focused)) this.#row?.focus({ preventScroll: true });
  }

  // Internal

  get #thread() {
    return this.closest("chat-thread");
  }

  /** The message as it is now: what changes while the dialog is open is drawn as a row of its own. */
  get #row() {
    const present = this.#about && this.#thread.querySelector(`.message[data-message-id="${idOf(this.#about)}"]`);
    return present ?? this.#about;
  }

  get #field() {
    return this.querySelector("#correction");
  }

  get #isCorrecting() {
    return !this.querySelector("[data-panel=correct]").hidden && this.#corrections.isTyped(this.#row);
  }

  #able(row) {
    return allowedActions(row, { me: page.role, open: this.#thread.dataset.canReply === "true" });
  }

  #isMine(emoji) {
    return this.#row.querySelector(`.reaction[data-emoji="${CSS.escape(emoji)}"]`)?.ariaPressed === "true";
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(textOf(this.#row));
      this.#dialog.close();
    } catch {
      // Not allowed, or no https.
      this.#alert(t("not_done"));
    }
  }

  #askCorrection() {
    this.#field.value = this.#corrections.begin(this.#row);
    this.#show("correct", t("correct_title"));
    this.#field.focus();
  }

  #dropCorrection() {
    this.#corrections.forget(this.#row);
    this.#dialog.close();
  }

  async #details() {
    await this.#askFor(calls.times(idOf(this.#row)), (times) => {
      writeTimes(this.querySelectorAll("[data-fact]"), times, this.#clock);
      this.#show("details", t("details_title"));
    });
  }

  async #versions() {
    await this.#askFor(calls.revisions(idOf(this.#row)), (answer) => {
      this.querySelector("[data-versions]").replaceChildren(...versionDetails(answer, this.#clock));
      this.#show("versions", t("versions_title"));
    });
  }

  async #change(call, close = () => this.#dialog.close()) {
    const [row, isAwaited] = [this.#row, this.#awaited()];
    const use = (message) => {
      if (isAwaited()) close();
      this.dispatchEvent(new CustomEvent("changed", { detail: message }));
    };
    await this.#ask(call, use, (words) => this.#refuse(row, words, isAwaited));
  }

  /** Something to be shown: not to somebody who closed the dialog or went on in it. */
  async #askFor(call, show) {
    const isAwaited = this.#awaited();
    await this.#ask(call, (answer) => isAwaited() && show(answer), (words) => isAwaited() && this.#say(words));
  }

  #awaited() {
    const turn = (this.#turn += 1);
    return () => turn === this.#turn;
  }

  async #ask(call, use, refuse) {
    try {
      use(await call);
    } catch (error) {
      if (!error.code) throw error;
      if (!error.signedOut) refuse(calls.errorSentence(error));
    }
  }

  /** What was asked for and is not done is said in any case: where something else was opened or said since, after that. */
  #refuse(row, words, isAwaited) {
    if (this.#dialog.open && !isAwaited()) {
      const again = () => {
        this.#about = row;
        // Whoever has begun to write goes on there afterwards.
        if (!document.activeElement.matches("textarea, input")) this.#row?.focus({ preventScroll: true });
        this.#refuse(row, words, isAwaited);
      };
      return this.#dialog.addEventListener("close", again, { once: true, signal: this.#listening.signal });
    }
    this.#about = row;
    this.#say(words);
  }

  /** Where one looks: in the dialog, opened for it where it is not. */
  #say(words) {
    if (!this.#dialog.open) this.#show("none", t("not_done"));
    this.#alert(words);
  }

  #alert(words) {
    this.querySelector("[data-alert]").textContent = words;
  }

  #show(panel, title) {
    this.#turn += 1;
    this.#alert("");
    const heading = this.querySelector("[data-title]");
    heading.textContent = title;
    for (const section of this.querySelectorAll("[data-panel]")) section.hidden = section.dataset.panel !== panel;
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.toggleAttribute("data-centred", panel !== "menu");
    // What had focus may be hidden now.
    const first = panel === "menu" && [...this.querySelectorAll(".picker__item, .menu__item")].find((item) => item.checkVisibility());
    (first || heading).focus();
  }

  /** Beside the message, inside the window. Narrow windows and panels other than the menu are placed by the style sheet. */
  #place() {
    const row = this.#row.querySelector(".bubble").getBoundingClientRect();
    const { width, height } = this.#dialog.getBoundingClientRect();
    const below = row.bottom + GAP + height <= innerHeight ? row.bottom + GAP : Math.max(GAP, row.top - GAP - height);
    const isAtStart = row.left + row.right < innerWidth;
    const left = isAtStart ? row.left : row.right - width;
    this.#dialog.style.setProperty("--top", `${Math.min(below, innerHeight - height - GAP)}px`);
    this.#dialog.style.setProperty("--left", `${Math.min(Math.max(GAP, left), innerWidth - width - GAP)}px`);
  }
}
