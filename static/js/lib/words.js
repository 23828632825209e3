import { isolated } from "./isolated.js";
import { locale } from "./locale.js";
import { page } from "./page.js";

const plurals = new Intl.PluralRules(locale);

/** A text in the page's language. `{name}` is filled from `values`; `values.count` chooses the plural form. */
export function t(key, values = {}) {
  const found = page.words[key] ?? "";
  const words = typeof found === "string" ? found : (found[plurals.select(values.count)] ?? found.other);
  return words.replace(/\{(\w+)\}/g, (place, name) => isolated(values[name] ?? place));
}

/** The sentence for an error code of the API. */
export function reason(code, values) {
  return t(`error_${code}`, values) || t("error_unknown");
}
