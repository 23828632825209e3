import { highlightRow } from "../lib/highlight-row.js";
import { idOf } from "../message/row.js";
import { LongPress } from "./long-press.js";

/** What a click, a tap, a long press or a key does on the messages and on the pinned ones. */
export class Gestures {
  #list;
  #actions;
  #pins;
  #outboxRows;

  constructor({ list, actions, pins, outboxRows }) {
    this.#list = list;
    this.#actions = actions;
    this.#pins = pins;
    this.#outboxRows = outboxRows;
  }

  listen({ messages, context }, signal) {
    messages.addEventListener("click", (event) => this.#click(event), { signal });
    messages.addEventListener("contextmenu", (event) => this.#contextMenu(event), { signal });
    new LongPress((row) => this.#actions.open(row)).listen(messages, signal);
    messages.addEventListener("keydown", (event) => this.#list.key(event), { signal });
    context.addEventListener("click", (event) => this.#clickPins(event), { signal });
  }

  // Callbacks

  #click(event) {
    const row = event.target.closest(".message[data-message-id]");
    const control = event.target.closest("[data-action], [data-quoted]");
    if (control?.dataset.quoted) return this.#jump(event, control.dataset.quoted);
    if (control?.dataset.action === "menu") return this.#actions.open(row);
    if (control?.dataset.action === "versions") return this.#actions.showVersions(row);
    if (control?.dataset.action === "react") return this.#actions.react(row, control.dataset.emoji);
    if (row && isTap(event)) return this.#actions.open(row);
    this.#outboxRows.act(event);
  }

  /** A long press, or the menu key. A mouse keeps the browser's own context menu. */
  #contextMenu(event) {
    const row = event.target.closest(".message[data-message-id]:not([data-system])");
    if (!row || event.pointerType === "mouse") return;
    event.preventDefault();
    this.#actions.open(row);
  }

  #clickPins(event) {
    const control = event.target.closest("[data-quoted], [data-action=unpin]");
    if (control?.dataset.quoted) {
      this.#pins.close();
      this.#jump(event, control.dataset.quoted);
    } else if (control) {
      this.#actions.unpin(idOf(control.closest("li")));
    }
  }

  /** Scroll to a message that is on the page. For one that is not, the link is followed. */
  #jump(event, messageId) {
    const row = this.#list.rows.withId(messageId);
    if (!row) return;
    event.preventDefault();
    highlightRow(row);
  }
}

/** On a touch screen the whole bubble is a button, except for the controls in it. */
function isTap({ target, pointerType, detail }) {
  return pointerType === "touch" && detail === 1 && target.closest(".bubble") && !target.closest("a, button");
}
