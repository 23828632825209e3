import { page } from "../lib/page.js";
import { markOwnReactions } from "../message/row.js";
import { MessageGrouping } from "./message-grouping.js";
import { MessageRows } from "./message-rows.js";
import { Receipts } from "./receipts.js";
import { RovingTabindex } from "./roving-tabindex.js";
import { ScrollPosition } from "./scroll-position.js";

/** The messages of one thread on screen. A change keeps the scroll position and updates days, groups, receipts. */
export class MessageList {
  rows;
  scroll;
  #grouping;
  #receipts;
  #rovingTabindex;
  #empty;

  /** `leave()` is called on Escape, `reply(row)` on R. */
  constructor(thread, { clock, leave, reply }) {
    const list = thread.querySelector("ol.messages");
    const scroller = thread.querySelector(".thread__scroll");
    this.rows = new MessageRows(list, { complete: thread.dataset.hasNewer !== "true" });
    this.scroll = new ScrollPosition(scroller);
    this.#grouping = new MessageGrouping(list, clock);
    this.#receipts = new Receipts(list, {
      template: thread.querySelector("#receipt-template"),
      clock,
      me: thread.dataset.me,
    });
    this.#rovingTabindex = new RovingTabindex({ rows: () => this.rows.all, leave, reply });
    this.#empty = thread.querySelector("[data-empty]");
    // The messages can take the focus, so their scroller no longer needs to.
    if (this.rows.all.length) scroller.tabIndex = -1;
  }

  // Actions

  /** The only way to change rows: `edit(rows)` changes them. Returns what it returns. */
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
    this.#grouping.apply(rows);
    markOwnReactions(rows, page.userId);
    this.#receipts.place(rows, { complete: this.rows.complete });
    this.#rovingTabindex.refresh();
    if (this.#empty) this.#empty.hidden = rows.length > 0;
  }

  updateReceipts(read) {
    this.#receipts.update(read);
  }

  key(event) {
    this.#rovingTabindex.key(event);
  }
}
