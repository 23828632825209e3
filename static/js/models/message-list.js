import { page } from "../lib/page.js";
import { Arrangement } from "./arrangement.js";
import { markMine } from "./menu.js";
import { Receipts } from "./receipts.js";
import { Roving } from "./roving.js";
import { Rows } from "./rows.js";
import { Scroll } from "./scroll.js";

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
    this.rows = new Rows(list, { complete: thread.dataset.hasNewer !== "true" });
    this.scroll = new Scroll(scroller);
    this.#arrangement = new Arrangement(list, clock);
    this.#receipts = new Receipts(list, {
      template: thread.querySelector("#receipt-template"),
      clock,
      me: thread.dataset.me,
    });
    this.#roving = new Roving({ rows: () => this.rows.all, leave, reply });
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
    markMine(rows, page.userId);
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
