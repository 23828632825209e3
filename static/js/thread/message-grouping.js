const GROUPED_WITHIN = 5 * 60_000;

/** Adds what differs between viewers of the same rows: groups, day separators, times in the reader's zone. */
export class MessageGrouping {
  #list;
  #clock;
  /** The place in time of each row that has been written: {row, at, day, role}. */
  #places = new WeakMap();

  constructor(list, clock) {
    this.#list = list;
    this.#clock = clock;
  }

  /** Runs over all rows after each change, and writes only what is different. */
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

  get #days() {
    return [...this.#list.children].filter((row) => row.classList.contains("day"));
  }

  #takeDays() {
    return new Map(this.#days.map((row) => [row.querySelector("time").dateTime, row]));
  }

  /** A row that another program stored may have no time: it gets that of the row before it. */
  #place(row, last) {
    const known = this.#places.get(row);
    if (known) return known;
    const at = row.dataset.at ? new Date(row.dataset.at) : (last?.at ?? new Date());
    const place = { row, at, day: this.#clock.day(at), role: row.dataset.senderRole };
    this.#writeTimes(row, at);
    if (row.dataset.at) this.#places.set(row, place);
    return place;
  }

  #writeTimes(row, at) {
    const time = row.querySelector(".message__meta time");
    if (row.dataset.at) {
      time.textContent = this.#clock.time(at);
      time.title = this.#clock.full(at);
    }
    row.querySelectorAll("time[data-changed]").forEach((change) => this.#clock.writeChange(change, at));
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
    const time = row.querySelector("time");
    const name = this.#clock.dayName(new Date(row.dataset.at));
    if (time.textContent !== name) time.textContent = name;
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
