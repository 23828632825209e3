// As `accounts/names.py` and `chatsite/folding.py`, by which the list of conversations is searched.
const ALIKE = new Map(Object.entries({
  œ: "oe", æ: "ae", ø: "o", ł: "l", đ: "d", ı: "i", ß: "ss", ς: "σ",
  ٱ: "ا", ى: "ي", ی: "ي", ک: "ك", ة: "ه", ـ: "",
}));
const MARKS = /[\p{Mn}\p{Cf}]/gu;
const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a name as they are searched, those of a compound also as one: accents, case, hyphens do not matter. */
export function searchedName(name) {
  const words = folded(name).split(/\s+/).map(wordsOf);
  return words.map((parts) => parts.concat(parts.join("")).join(" ")).join(" ");
}

/** Whether a searched name contains all words of what was typed. Signs alone are in no name. */
export function hasName(searched, typed) {
  const asked = wordsOf(folded(typed));
  return asked.length ? asked.every((word) => searched.includes(word)) : !typed.trim();
}

function folded(text) {
  const letters = text.normalize("NFKD").toLowerCase().replace(MARKS, "");
  return [...letters].map((letter) => ALIKE.get(letter) ?? letter).join("");
}

function wordsOf(text) {
  return text.match(WORD) ?? [];
}
