// As `chatsite/isolation.py`: letters of the scripts that are written from the right, and marks of direction.
const FROM_THE_RIGHT =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const NUMBER = /^[0-9.,:]*$/;
const [FIRST_STRONG, POP] = ["\u2068", "\u2069"];

/**
 * A value inside a sentence, between marks like `<bdi>` where its direction may be another than the sentence's. A
 * number alone keeps its place in any sentence.
 */
export function isolated(value, direction = document.documentElement.dir) {
  const words = String(value);
  const isMixed = FROM_THE_RIGHT.test(words) || (direction === "rtl" && !NUMBER.test(words));
  return isMixed ? FIRST_STRONG + words + POP : words;
}
