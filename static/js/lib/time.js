import { t } from "./words.js";

/** Days and hours in the language of the page and the zone of the reader. */
export class Clock {
  #language;
  #formats = {};
  #zone;

  constructor(language = document.documentElement.lang || "fr", zone = document.documentElement.dataset.timeZone) {
    this.#language = language;
    this.#zone = knownZone(zone);
  }

  /** "9:02", "9:02 AM": no leading zero, as on a wall clock. */
  time(date) {
    const parts = this.#format("time", { hour: "numeric", minute: "2-digit" }).formatToParts(date);
    return parts.map(({ type, value }) => (type === "hour" ? value.replace(/^0(?=\d)/, "") : value)).join("");
  }

  /** The calendar day as "2026-03-09", for comparing and for `datetime`. */
  day(date) {
    const parts = this.#format("key", { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA").formatToParts(date);
    const value = (wanted) => parts.find(({ type }) => type === wanted).value;
    return `${value("year")}-${value("month")}-${value("day")}`;
  }

  /** "Aujourd’hui", "Hier", "Lundi 9 mars", "Lundi 9 mars 2025". */
  dayName(date, now = new Date()) {
    const ago = this.#daysBetween(date, now);
    if (ago === 0) return t("today");
    if (ago === 1) return t("yesterday");
    const year = this.#sameYear(date, now) ? {} : { year: "numeric" };
    const style = { weekday: "long", day: "numeric", month: "long", ...year };
    return capitalized(this.#format(`day${year.year ?? ""}`, style).format(date), this.#language);
  }

  /** What a list has room for: "10:32", "Hier", "Lun.", "6 mars", "6 mars 2025". */
  brief(date, now = new Date()) {
    const ago = this.#daysBetween(date, now);
    if (ago <= 0) return this.time(date);
    if (ago === 1) return t("yesterday");
    if (ago < 7) return capitalized(this.#format("weekday", { weekday: "short" }).format(date), this.#language);
    const year = this.#sameYear(date, now) ? {} : { year: "numeric" };
    return this.#format(`date${year.year ?? ""}`, { day: "numeric", month: "short", ...year }).format(date);
  }

  /** "6 mars", for a sentence. */
  date(date) {
    return this.#format("short", { day: "numeric", month: "long" }).format(date);
  }

  /** Everything, for a tooltip. */
  full(date) {
    return this.#format("full", { dateStyle: "full", timeStyle: "short" }).format(date);
  }

  // Internal

  #format(name, style, language = this.#language) {
    return (this.#formats[name] ??= new Intl.DateTimeFormat(language, { ...style, timeZone: this.#zone }));
  }

  #daysBetween(date, now) {
    return Math.round((Date.parse(this.day(now)) - Date.parse(this.day(date))) / 86_400_000);
  }

  #sameYear(date, now) {
    return this.day(date).slice(0, 4) === this.day(now).slice(0, 4);
  }
}

function capitalized(words, language) {
  return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
}

function knownZone(zone) {
  try {
    return zone && new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
