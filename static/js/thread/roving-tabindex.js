/**
 * One Tab stop for all messages. ↑ ↓ Home End move between them; Enter opens the menu of the focused one, R replies to
 * it, Tab goes into it, Escape leaves. Rows may be missing at either end of a long thread.
 */
export class RovingTabindex {
  #rows;
  #leave;
  #reply;
  #seekNewest;
  #onOldest;
  #current = null;
  /** The Tab stop. */
  #stop = null;
  #known = new WeakSet();

  /**
   * `rows()` returns the rows in order. `leave()` is called on Escape, `reply(row)` on R. On End, `seekNewest()` is
   * true where newer rows have to be loaded first, which it does; `onOldest()` is called when Home has led to the first
   * row.
   */
  constructor({ rows, leave, reply, seekNewest, onOldest }) {
    this.#rows = rows;
    this.#leave = leave;
    this.#reply = reply;
    this.#seekNewest = seekNewest;
    this.#onOldest = onOldest;
  }

  /** After a change of rows: the newest is the Tab stop, unless the reader has moved to another. */
  refresh() {
    const rows = this.#rows();
    if (!this.#current?.isConnected) this.#current = null;
    this.#learn(rows);
    const stop = this.#current ?? rows.at(-1);
    if (stop === this.#stop) return;
    if (this.#stop) reach(this.#stop, false);
    if (stop) reach(stop, true);
    this.#stop = stop;
  }

  key(event) {
    const rows = this.#rows();
    const row = event.target.closest(".message");
    const at = rows.indexOf(row);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") return this.#leave();
    if (event.target === row && this.#act(event, row)) return event.preventDefault();
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (event.key === "End" && this.#seekNewest()) return;
    this.#moveTo(rows[Math.min(Math.max(to, 0), rows.length - 1)]);
    if (event.key === "Home") this.#onOldest();
  }

  /** To the last row. */
  end() {
    const last = this.#rows().at(-1);
    if (last) this.#moveTo(last);
  }

  // Internal

  /** A new row is no Tab stop, nor is anything in it. */
  #learn(rows) {
    for (const row of rows) {
      if (this.#known.has(row)) continue;
      this.#known.add(row);
      reach(row, false);
    }
  }

  #act({ key }, row) {
    if (!row.dataset.messageId) return false;
    if (key === "Enter") row.querySelector(".message__menu")?.click();
    else if (key.toLowerCase() === "r") this.#reply(row);
    else return false;
    return true;
  }

  #moveTo(row) {
    this.#current = row;
    this.refresh();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
}

function reach(row, reachable) {
  row.tabIndex = reachable ? 0 : -1;
  // A message that is not sent may need its buttons: they always stay Tab stops.
  if (!row.dataset.state) inside(row).forEach((control) => (control.tabIndex = row.tabIndex));
}

function inside(row) {
  // Enter opens the menu, so its button is no Tab stop.
  return [...row.querySelectorAll("a[href], button:not(.message__menu)")];
}
