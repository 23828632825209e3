import { announce } from "../lib/announce.js";
import { page } from "../lib/page.js";
import { t } from "../lib/words.js";
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
  #thread;
  #empty;
  #onCut;
  #seekNewest;
  #marked = new WeakSet();

  /**
   * `leave()` is called on Escape, `reply(row)` on R, `onCut(end)` when rows were removed at one end, "oldest" or
   * "newest", because there are too many, `seekNewest()` on End where the newest rows are missing: `restart` follows.
   */
  constructor(thread, { clock, leave, reply, onCut, seekNewest }) {
    const list = thread.querySelector("ol.messages");
    const scroller = thread.querySelector(".thread__scroll");
    this.rows = new MessageRows(list, { complete: thread.dataset.hasNewer !== "true" });
    this.scroll = new ScrollPosition({ scroller, list, content: thread.querySelector(".thread__rows") });
    this.#grouping = new MessageGrouping(list, clock);
    this.#receipts = new Receipts(list, {
      template: thread.querySelector("#receipt-template"),
      clock,
      me: thread.dataset.me,
    });
    this.#rovingTabindex = new RovingTabindex({
      rows: () => this.rows.all,
      leave,
      reply,
      seekNewest: () => this.#isSeekingNewest(),
      onOldest: () => this.#tellOldest(),
    });
    this.#thread = thread;
    this.#empty = thread.querySelector("[data-empty]");
    this.#onCut = onCut;
    this.#seekNewest = seekNewest;
    // The messages can take the focus, so their scroller no longer needs to.
    if (this.rows.all.length) scroller.tabIndex = -1;
  }

  // Actions

  /** The only way to change rows: `edit(rows)` changes them. Returns what it returns. */
  change(edit, { stick = true } = {}) {
    let result;
    const change = () => {
      result = edit(this.rows);
      const end = this.rows.fit(this.scroll.row ?? this.rows.stored.at(-1));
      if (end) this.#onCut(end);
      this.arrange();
    };
    this.scroll.keep(change, { stick });
    return result;
  }

  /** Replace all stored rows by the newest messages. The focus does not stay on what is gone. */
  restart(rows) {
    const { activeElement: focused } = document;
    const isGone = this.#thread.contains(focused) && focused.closest(".thread__scroll, [data-action=to-end]");
    this.change((all) => all.restart(rows));
    this.scroll.toEnd();
    if (isGone) this.#rovingTabindex.end();
  }

  arrange() {
    const rows = this.rows.all;
    this.#grouping.apply(rows);
    markOwnReactions(rows.filter((row) => !this.#marked.has(row)), page.userId);
    rows.forEach((row) => this.#marked.add(row));
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

  // Internal

  #isSeekingNewest() {
    if (this.rows.complete) return false;
    announce(t("newest_come"));
    this.#seekNewest();
    return true;
  }

  #tellOldest() {
    if (!this.#thread.querySelector(".older").hidden) announce(t("older_come"));
  }
}
