import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { t } from "../lib/words.js";
import { allowedActions } from "../message/allowed-actions.js";
import { CorrectionDrafts } from "../message/correction-drafts.js";
import { placeBeside } from "../message/dialog-placement.js";
import { downloads } from "../message/downloads.js";
import * as messageApi from "../message/message-api.js";
import { reactionDetails, versionDetails, writeNotified, writeTimes } from "../message/message-details.js";
import { quoteFromRow } from "../message/quote.js";
import { idOf, textOf } from "../message/row.js";
import { nameButtons, subjectOf } from "../message/subject.js";

/**
 * The menu and dialogs of one message: beside it on a wide screen, a bottom sheet on a phone.
 * Events: `reply` (detail: {messageId, name, words, isCorrected}), `changed` (detail: the message as stored now).
 */
export class MessageActions extends HTMLElement {
  #dialog;
  #about = null;
  /** Counts the uses of the dialog: an answer to an earlier one comes too late. */
  #turn = 0;
  #clock = new Clock();
  #corrections = new CorrectionDrafts();
  #listening = null;
  /** By `data-action`; each gets the button. */
  #commands = {
    close: () => this.#dialog.close(),
    react: (button) => this.react(this.#row, button.dataset.emoji),
    reply: () => this.reply(this.#row),
    copy: () => this.#copy(),
    pin: () => this.#change(messageApi.pin(idOf(this.#row), { on: true })),
    unpin: () => this.unpin(idOf(this.#row)),
    "ask-correct": () => this.#askCorrection(),
    "drop-correction": () => this.#dropCorrection(),
    "ask-retract": () => this.#show("retract", t("withdraw_title")),
    retract: () => this.#change(messageApi.retract(idOf(this.#row))),
    versions: () => this.#versions(),
    details: () => this.#details(),
  };

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

  /** Open the menu of this row's message. */
  open(row) {
    this.#about = row;
    const allowed = this.#allowed(row);
    for (const item of this.querySelectorAll("[data-needs]")) {
      item.hidden = !item.dataset.needs.split(" ").every((need) => allowed.has(need));
    }
    for (const item of this.querySelectorAll(".picker [data-emoji]")) {
      item.ariaPressed = String(this.#isMine(item.dataset.emoji));
    }
    this.querySelector("[data-given]").replaceChildren(...reactionDetails(row));
    nameButtons(this.querySelectorAll("[class*=__item], .button--main, .button--danger"), subjectOf(row));
    this.querySelector("[data-downloads]").replaceChildren(...downloads(row, this.querySelector("template")));
    const { at } = row.dataset;
    this.#show("menu", t("actions_title", { time: at ? this.#clock.time(new Date(at)) : "" }));
    placeBeside(this.#dialog, this.#row.querySelector(".bubble"));
  }

  showVersions(row) {
    this.#about = row;
    return this.#versions();
  }

  reply(row) {
    this.#dialog.close();
    if (this.#allowed(row).has("open")) this.dispatchEvent(new CustomEvent("reply", { detail: quoteFromRow(row) }));
  }

  /** Add a reaction, or remove it where it is mine. */
  react(row, emoji) {
    this.#about = row;
    return this.#change(messageApi.react(idOf(row), emoji, { on: !this.#isMine(emoji) }));
  }

  unpin(messageId) {
    return this.#change(messageApi.pin(messageId, { on: false }));
  }

  // Callbacks

  #click({ target }) {
    if (target === this.#dialog) return this.#isCorrecting || this.#dialog.close();
    const button = target.closest("[data-action]");
    this.#commands[button?.dataset.action]?.(button);
  }

  #submit(event) {
    event.preventDefault();
    const row = this.#row;
    if (this.#corrections.isOvertaken(row)) return this.#alert(t("changed_meanwhile", { words: textOf(row) }));
    this.#change(messageApi.correct(idOf(row), this.#field.value.trim()), () => this.#dropCorrection());
  }

  #closed() {
    this.#turn += 1;
    // The row that opened it may have been replaced. The browser removes the focus from hidden elements only later.
    const { activeElement: focused, body } = document;
    if (focused === body || this.contains(focused)) this.#row?.focus({ preventScroll: true });
  }

  // Internal

  get #thread() {
    return this.closest("chat-thread");
  }

  /** The row as it is now: a message that changes while the dialog is open gets a new one. */
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

  #allowed(row) {
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
    await this.#askFor(messageApi.times(idOf(this.#row)), (times) => {
      writeTimes(this.querySelectorAll("[data-fact]"), times, this.#clock);
      writeNotified(this.querySelector("[data-notified]"), times, this.#clock);
      this.#show("details", t("details_title"));
    });
  }

  async #versions() {
    await this.#askFor(messageApi.revisions(idOf(this.#row)), (answer) => {
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

  /** Request something to show, unless the dialog was closed or used for something else meanwhile. */
  async #askFor(call, show) {
    const isAwaited = this.#awaited();
    const use = (answer) => isAwaited() && show(answer);
    await this.#ask(call, use, (words) => isAwaited() && this.#showError(words));
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
      if (!error.shutOut) refuse(messageApi.errorSentence(error));
    }
  }

  /** A refused change is always shown: where something else was opened meanwhile, after that is closed. */
  #refuse(row, words, isAwaited) {
    if (this.#dialog.open && !isAwaited()) {
      const again = () => {
        this.#about = row;
        // A reader who has begun to type keeps the focus there afterwards.
        if (!document.activeElement.matches("textarea, input")) this.#row?.focus({ preventScroll: true });
        this.#refuse(row, words, isAwaited);
      };
      return this.#dialog.addEventListener("close", again, { once: true, signal: this.#listening.signal });
    }
    this.#about = row;
    this.#showError(words);
  }

  /** In the dialog, which is opened where it is closed. */
  #showError(words) {
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
    // The element that had the focus may be hidden now.
    const items = panel === "menu" ? [...this.querySelectorAll(".picker__item, .menu__item")] : [];
    (items.find((item) => item.checkVisibility()) ?? heading).focus();
  }
}
