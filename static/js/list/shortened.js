// In code points.
const MOST = 140;

const SPACES = /[\t\n\f\r ]+/g;
const AT_ENDS = /^ | $/g;
const JOINS = /^[\p{M}\p{Join_Control}\p{Emoji_Modifier}\u0e33\u0eb3\u1160-\u11ff\u{e0020}-\u{e007f}]/u;
const JOINER = "\u200d";
const FLAG_LETTER = /^\p{Regional_Indicator}/u;

/**
 * The beginning of a text, on one line, as `chat/pages/shortening.py` gives it. Intl.Segmenter is not used: where it
 * cuts depends on the browser's Unicode version, and Python has nothing like it.
 */
export function shortened(text) {
  const line = [...text.replace(SPACES, " ").replace(AT_ENDS, "")];
  if (line.length <= MOST) return line.join("");
  let end = MOST - 1;
  while (end > 0 && !mayEnd(line, end)) end -= 1;
  return `${line.slice(0, end || MOST - 1).join("")}…`;
}

/** Whether the line may end here: the characters before and after this place are drawn separately. */
function mayEnd(line, at) {
  if (line[at - 1] === JOINER || JOINS.test(line[at])) return false;
  return !FLAG_LETTER.test(line[at]) || flagLettersBefore(line, at) % 2 === 0;
}

function flagLettersBefore(line, at) {
  let first = at;
  while (first > 0 && FLAG_LETTER.test(line[first - 1])) first -= 1;
  return at - first;
}
