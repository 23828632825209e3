import { locale } from "./locale.js";
import { t } from "./words.js";

const KILOBYTE = 1024;
const MEGABYTE = 1024 * 1024;

/** "184 Ko", "3,1 Mo": steps of 1024, as the size limit counts, in the server's words. */
export function humanSize(bytes) {
  if (bytes >= MEGABYTE - KILOBYTE / 2) return t("size_megabytes", { size: number(bytes / MEGABYTE, 1) });
  return t("size_kilobytes", { size: number(Math.max(1, Math.round(bytes / KILOBYTE)), 0) });
}

/** The size of a file over the limit, rounded up: one byte too many must not read as the limit itself. */
export function sizeOver(bytes) {
  const tenth = MEGABYTE / 10;
  return humanSize(Math.ceil(bytes / tenth) * tenth);
}

function number(amount, digits) {
  const style = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, style).format(amount);
}
