import { page } from "../lib/page.js";
import { Clock } from "../lib/time.js";
import { reason, t } from "../lib/words.js";
import { abilities, wordsOf } from "../models/menu.js";
import * as calls from "../models/message-calls.js";
import { quotedRow } from "../models/quoted.js";
import { idOf } from "../models/rows.js";

const GAP = 4;

/**
 * What can be done with one message: beside it on a desk, a sheet from below on a phone.
 * Events: `reply` (detail: {messageId, name, words}), `changed` (detail: the message, as the server has it now).
 */
export class MessageActions extends HTMLElement {
  #dialog;
  #row = null;
  #clock = new Clock();
  #listening = null;

  connectedCallback() {
    this.#dialog = this.querySelector("dialog");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#dialog.addEventListener("click", (event) => this.#click(event), { signal });
    this.querySelector("form").addEventListener("submit", (event) => this.#submit(event), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  // Actions

  /** Show what can be done with the message of this row. */
  open(row) {
    this.#row = row;
    const able = abilities(row, { me: page.role, open: this.#thread.dataset.canReply === "true" });
    for (const item of this.querySelectorAll("[data-needs]")) {
      item.hidden = !item.dataset.needs.split(" ").every((need) => able.has(need));
    }
    for (const item of this.querySelectorAll(".picker [data-emoji]")) item.ariaPressed = String(this.#isMine(item.dataset.emoji));
    this.#show("menu", t("actions_title", { time: row.querySelector(".message__meta time").textContent }));
    this.#dialog.showModal();
    this.#place();
    if (document.activeElement === this.querySelector("[data-action=close]")) this.#first()?.focus();
  }

  showVersions(row) {
    this.#row = row;
    return this.#versions();
  }

  reply(row) {
    this.#row = row;
    this.#reply();
  }

  /** Give a reaction, or take it back where it is mine. */
  react(row, emoji) {
    this.#row = row;
    return this.#change(calls.react(idOf(row), emoji, { on: !this.#isMine(emoji) }));
  }

  unpin(messageId) {
    return this.#change(calls.pin(messageId, { on: false }));
  }

  // Callbacks

  #click({ target }) {
    if (target === this.#dialog) return this.#dialog.close();
    const button = target.closest("[data-action]");
    const id = idOf(this.#row);
    switch (button?.dataset.action) {
      case "close":
        return this.#dialog.close();
      case "react":
        return this.react(this.#row, button.dataset.emoji);
      case "reply":
        return this.#reply();
      case "copy":
        return this.#copy();
      case "pin":
      case "unpin":
        return this.#change(calls.pin(id, { on: button.dataset.action === "pin" }));
      case "ask-correct":
        return this.#askCorrection();
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
    this.#change(calls.correct(idOf(this.#row), this.querySelector("textarea").value.trim()));
  }

  // Internal

  get #thread() {
    return this.closest("chat-thread");
  }

  #isMine(emoji) {
    return this.#row.querySelector(`.reaction[data-emoji="${CSS.escape(emoji)}"]`)?.ariaPressed === "true";
  }

  #first() {
    return this.querySelector("[data-panel=menu] button:not([hidden])");
  }

  #reply() {
    this.#dialog.close();
    this.dispatchEvent(new CustomEvent("reply", { detail: quotedRow(this.#row) }));
  }

  async #copy() {
    await navigator.clipboard.writeText(wordsOf(this.#row));
    this.#dialog.close();
  }

  #askCorrection() {
    const field = this.querySelector("textarea");
    field.value = wordsOf(this.#row);
    this.#show("correct", t("correct_title"));
    field.focus();
  }

  async #details() {
    await this.#ask(calls.receipt(idOf(this.#row)), (times) => {
      for (const fact of this.querySelectorAll("[data-fact]")) {
        const at = times[fact.dataset.fact];
        fact.textContent = at ? this.#clock.full(new Date(at)) : t("not_yet");
      }
      this.#show("details", t("details_title"));
    });
  }

  async #versions() {
    await this.#ask(calls.revisions(idOf(this.#row)), (revisions) => {
      this.querySelector("[data-versions]").replaceChildren(...revisions.map((one) => this.#version(one)));
      this.#show("versions", t("versions_title"));
    });
  }

  #version({ message_text: text, written_at: at }) {
    const item = document.createElement("li");
    const time = item.appendChild(document.createElement("time"));
    const words = item.appendChild(document.createElement("p"));
    time.dateTime = at ?? "";
    time.textContent = at ? this.#clock.full(new Date(at)) : "";
    words.dir = "auto";
    words.textContent = text ?? t("without_words");
    return item;
  }

  async #change(call) {
    await this.#ask(call, (message) => {
      this.#dialog.close();
      this.dispatchEvent(new CustomEvent("changed", { detail: message }));
    });
  }

  /** Whatever goes wrong is said where one looks: in the dialog, opened for it where it is not. */
  async #ask(call, use) {
    try {
      use(await call);
    } catch (error) {
      if (!error.code) throw error;
      if (error.signedOut) return;
      if (!this.#dialog.open) this.#show("none", t("not_done"));
      this.querySelector("[data-alert]").textContent = error.temporary ? t("try_again") : reason(error.code);
    }
  }

  #show(panel, title) {
    this.querySelector("[data-alert]").textContent = "";
    this.querySelector("[data-title]").textContent = title;
    for (const section of this.querySelectorAll("[data-panel]")) section.hidden = section.dataset.panel !== panel;
    if (!this.#dialog.open) this.#dialog.showModal();
    if (panel !== "menu") this.#dialog.toggleAttribute("data-centred", true);
    else this.#dialog.removeAttribute("data-centred");
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
