/** Sizes as people read them ("184 ko", "3,1 Mo"), in the page's language. Steps of 1024, as the 10 MB limit counts. */
const STEPS = ["byte", "kilobyte", "megabyte", "gigabyte"];

export function humanSize(bytes, language = document.documentElement.lang) {
  let step = 0;
  let amount = bytes;
  while (amount >= 1023.5 && step < STEPS.length - 1) {
    amount /= 1024;
    step += 1;
  }
  const digits = step >= 2 && amount < 100 ? 1 : 0;
  const style = { style: "unit", unit: STEPS[step], maximumFractionDigits: digits };
  return new Intl.NumberFormat(language, style).format(amount);
}
