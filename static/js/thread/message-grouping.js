const GROUPED_WITHIN = 5 * 60_000;

/** Adds what differs between viewers of the same rows: groups, day separators, times in the reader's zone. */
export class MessageGrouping {
  #list;
  #clock;

  constructor(list, clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /** Cheap enough to run over all rows after each change. */
  apply(rows) {
    const days = this.#takeDays();
    let last = null;
    for (const row of rows) {
      const next = this.#place(row, last);
      if (next.day !== last?.day) this.#separate(next, days);
      this.#group(last, next);
      last = next;
    }
    last?.row.toggleAttribute("data-last", true);
    days.forEach((row) => row.remove());
  }

  // Internal

  #takeDays() {
    const rows = this.#list.querySelectorAll(":scope > .day");
    return new Map([...rows].map((row) => [row.querySelector("time").dateTime, row]));
  }

  /** A row that another program stored may have no time: it gets that of the row before it. */
  #place(row, last) {
    const at = row.dataset.at ? new Date(row.dataset.at) : (last?.at ?? new Date());
    const time = row.querySelector(".message__meta time");
    if (row.dataset.at && !time.title) {
      time.textContent = this.#clock.time(at);
      time.title = this.#clock.full(at);
    }
    row.querySelectorAll("time[data-changed]").forEach((change) => this.#clock.writeChange(change, at));
    return { row, at, day: this.#clock.day(at), role: row.dataset.senderRole };
  }

  #group(last, next) {
    const together = last && last.role === next.role && last.day === next.day && next.at - last.at < GROUPED_WITHIN;
    next.row.toggleAttribute("data-first", !together);
    last?.row.toggleAttribute("data-last", !together);
  }

  #separate({ row, day, at }, days) {
    const separator = days.get(day) ?? newDay(day);
    days.delete(day);
    separator.dataset.at = at.toISOString();
    this.#name(separator);
    const before = row.previousElementSibling;
    const first = before?.matches(".fresh") ? before : row;
    if (first.previousElementSibling !== separator) first.before(separator);
  }

  #name(row) {
    row.querySelector("time").textContent = this.#clock.dayName(new Date(row.dataset.at));
  }
}

function newDay(day) {
  const row = document.createElement("li");
  const title = row.appendChild(document.createElement("h3"));
  const time = title.appendChild(document.createElement("time"));
  row.className = "day";
  time.dateTime = day;
  return row;
}
