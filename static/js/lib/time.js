import { localeOf } from "./locale.js";
import { page } from "./page.js";
import { t } from "./words.js";

/** Dates and times in the page's language and the reader's time zone, formatted as in `chatsite/dates.py`. */
export class Clock {
  #language;
  #formats = {};
  #locale;
  #zone;

  constructor(language = page.language || "fr", zone = document.documentElement.dataset.timeZone) {
    this.#language = language;
    this.#locale = localeOf(language);
    this.#zone = knownZone(zone);
  }

  /** "20:49", "8:49 PM": no leading zero, as on a wall clock, and no line break inside. */
  time(date) {
    // Its own habit would be twelve hours, which the server does not write.
    const cycle = this.#language.startsWith("ar") ? { hourCycle: "h23" } : {};
    const parts = this.#format("time", { hour: "numeric", minute: "2-digit", ...cycle }).formatToParts(date);
    const written = parts.map(({ type, value }) => (type === "hour" ? value.replace(/^0(?=\d)/, "") : value));
    return written.join("").replace(/\s/g, "\u00a0");
  }

  /** The calendar day as "2026-03-09", for comparing and for `datetime`. */
  day(date) {
    const style = { year: "numeric", month: "2-digit", day: "2-digit" };
    const parts = this.#format("key", style, "en-CA").formatToParts(date);
    const value = (wanted) => parts.find(({ type }) => type === wanted).value;
    return `${value("year")}-${value("month")}-${value("day")}`;
  }

  /** "Aujourd’hui", "Hier", "Lundi 9 mars", "Lundi 9 mars 2025". */
  dayName(date, now = new Date()) {
    const ago = this.#daysBetween(date, now);
    if (ago === 0) return t("today");
    if (ago === 1) return t("yesterday");
    const year = this.#sameYear(date, now) ? {} : { year: "numeric" };
    return capitalized(this.#weekdayAndDay(date, year), this.#language);
  }

  /** Short, for the list: "10:32", "Hier", "Lun.", "6 mars", "6 mars 2025". */
  brief(date, now = new Date()) {
    const ago = this.#daysBetween(date, now);
    if (ago <= 0) return this.time(date);
    if (ago === 1) return t("yesterday");
    if (ago < 7) return capitalized(this.#format("weekday", { weekday: "short" }).format(date), this.#language);
    return this.shortDay(date, now);
  }

  /** "6 févr.", "6 févr. 2025". */
  shortDay(date, now = new Date()) {
    const year = this.#sameYear(date, now) ? {} : { year: "numeric" };
    return this.#withFirst(this.#format(`date${year.year ?? ""}`, { day: "numeric", month: "short", ...year }), date);
  }

  /** "Aujourd’hui, 10:32", "6 févr., 10:32". */
  dayAndTime(date, now = new Date()) {
    const ago = this.#daysBetween(date, now);
    const day = { 0: t("today"), 1: t("yesterday") }[ago] ?? this.shortDay(date, now);
    return t("day_and_time", { day, time: this.time(date) });
  }

  /** "9:02", with the day unless it is today. Replaces the time in the practice's zone that the server rendered. */
  write(element) {
    const at = new Date(element.dateTime);
    const isToday = this.day(at) === this.day(new Date());
    element.textContent = isToday ? this.time(at) : `${this.shortDay(at)}, ${this.time(at)}`;
    element.title = this.full(at);
  }

  /** "à 9:02", with the day unless it is that of `date`, when the message was written. */
  writeChange(element, date) {
    const at = new Date(element.dateTime);
    const time = this.time(at);
    const isSameDay = this.day(at) === this.day(date);
    element.textContent = isSameDay ? t("at_time", { time }) : t("on_day_at", { day: this.shortDay(at), time });
    element.title = this.full(at);
  }

  /** The whole date and time, for a tooltip. */
  full(date) {
    return `${this.#weekdayAndDay(date, { year: "numeric" })}, ${this.time(date)}`;
  }

  // Internal

  #weekdayAndDay(date, year) {
    const style = { weekday: "long", day: "numeric", month: "long", ...year };
    return this.#withFirst(this.#format(`day${year.year ?? ""}`, style), date);
  }

  /** French has an ordinal for the first of a month and for no other day: "mardi 1er décembre". */
  #withFirst(format, date) {
    const first = this.#language.startsWith("fr") ? "1er" : "1";
    const parts = format.formatToParts(date);
    return parts.map(({ type, value }) => (type === "day" && value === "1" ? first : value)).join("");
  }

  #format(name, style, locale = this.#locale) {
    return (this.#formats[name] ??= new Intl.DateTimeFormat(locale, { ...style, timeZone: this.#zone }));
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
