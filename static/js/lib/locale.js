import { page } from "./page.js";

/** The page's language as `Intl` takes it. Arabic has western digits, as the server writes them. */
export function localeOf(language) {
  return language.startsWith("ar") ? `${language}-u-nu-latn` : language;
}

export const locale = localeOf(page.language || "fr");
