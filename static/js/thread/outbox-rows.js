import { reason, t } from "../lib/words.js";

/** The messages of the outbox as rows of one thread: pending, failed (resend or discard), or accepted. */
export class OutboxRows {
  #chatId;
  #outbox;
  #list;
  #templates;
  #alarm;

  constructor({ chatId, outbox, list, templates, alarm }) {
    this.#chatId = chatId;
    this.#outbox = outbox;
    this.#list = list;
    this.#templates = templates;
    this.#alarm = alarm;
  }

  start(signal) {
    this.#on("added", (item) => this.#show(item), signal);
    this.#on("sent", (item) => this.#withRow(item, (row) => this.#templates.settle(row)), signal);
    this.#on("failed", (item) => this.#failed(item), signal);
    this.#on("retried", (item) => this.#withRow(item, (row) => this.#templates.mark(row, item)), signal);
    this.#on("removed", (item) => this.#withRow(item, (row) => row.remove()), signal);
    this.reconcile();
    this.#outbox.for(this.#chatId).forEach((item) => this.#show(item));
  }

  /** A message whose stored row is shown needs no more sending. */
  reconcile() {
    for (const { client_id: clientId } of this.#outbox.for(this.#chatId)) {
      const row = this.#list.rows.byId(clientId);
      if (row?.dataset.messageId) this.#outbox.settle(clientId);
    }
  }

  act({ target }) {
    const action = target.closest("[data-action]")?.dataset.action;
    const clientId = target.closest(".message")?.dataset.clientId;
    if (action === "resend") this.#outbox.resend(clientId);
    if (action === "discard") this.#outbox.discard(clientId);
  }

  // Internal

  #on(event, handle, signal) {
    const mine = ({ detail }) => detail.chat_id === this.#chatId && handle(detail);
    this.#outbox.addEventListener(event, mine, { signal });
  }

  #show(item) {
    const row = this.#templates.row(item);
    row.toggleAttribute("data-arrived", true);
    this.#list.change((rows) => rows.append(row));
    this.#list.scroll.toEnd();
  }

  #failed(item) {
    this.#withRow(item, (row) => this.#templates.mark(row, item));
    this.#alarm.textContent = `${t("not_sent")}. ${reason(item.code)}`;
  }

  #withRow({ client_id: clientId }, edit) {
    this.#list.change((rows) => {
      const row = rows.byId(clientId);
      if (row && !row.dataset.messageId) edit(row);
    });
  }
}
