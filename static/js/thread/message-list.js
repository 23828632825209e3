import { page } from "../lib/page.js";
import { markOwnReactions } from "../message/row.js";
import { MessageGrouping } from "./message-grouping.js";
import { MessageRows } from "./message-rows.js";
import { Receipts } from "./receipts.js";
import { RovingTabindex } from "./roving-tabindex.js";
import { ScrollPosition } from "./scroll-position.js";

/** The messages of one thread on screen: every change keeps the reader's place and leaves days, groups and receipts right. */
export class MessageList {
  rows;
  scroll;
  #arrangement;
  #receipts;
  #roving;
  #empty;

  /** `leave()` is where Escape goes, `reply(row)` what R does. */
  constructor(thread, { clock, leave, reply }) {
    const list = thread.querySelector("ol.messages");
    const scroller = thread.querySelector(".thread__scroll");
    this.rows = new MessageRows(list, { complete: thread.dataset.hasNewer !== "true" });
    this.scroll = new ScrollPosition(scroller);
    this.#arrangement = new MessageGrouping(list, clock);
    this.#receipts = new Receipts(list, {
      template: thread.querySelector("#receipt-template"),
      clock,
      me: thread.dataset.me,
    });
    this.#roving = new RovingTabindex({ rows: () => this.rows.all, leave, reply });
    this.#empty = thread.querySelector("[data-empty]");
    // The messages themselves can be reached; their frame no longer has to.
    if (this.rows.all.length) scroller.tabIndex = -1;
  }

  // Actions

  /** The only way to change rows: `edit` does it, the rest follows; returns what `edit` returns. */
  change(edit, { stick = true } = {}) {
    let result;
    const change = () => {
      result = edit(this.rows);
      this.arrange();
    };
    this.scroll.keep(change, { stick });
    return result;
  }

  arrange() {
    const rows = this.rows.all;
    this.#arrangement.apply(rows);
    markOwnReactions(rows, page.userId);
    this.#receipts.place(rows, { complete: this.rows.complete });
    this.#roving.refresh();
    if (this.#empty) this.#empty.hidden = rows.length > 0;
  }

  know(read) {
    this.#receipts.know(read);
  }

  key(event) {
    this.#roving.key(event);
  }

  renameDays() {
    this.#arrangement.renameDays();
  }
}
