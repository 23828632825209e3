// As `chatsite/clusters.py`. Intl.Segmenter is not used: where it cuts depends on the browser's Unicode version, and
// Python has nothing like it.
const JOINS = /^[\p{M}\p{Join_Control}\p{Emoji_Modifier}\u0e33\u0eb3\u1160-\u11ff\u{e0020}-\u{e007f}]/u;
const JOINER = "\u200d";
const FLAG_LETTER = /^\p{Regional_Indicator}/u;

/** The last place up to this one where these characters may be cut; this one where there is none. */
export function placeBefore(characters, at) {
  let place = at;
  while (place > 0 && !mayCut(characters, place)) place -= 1;
  return place || at;
}

/** Whether the characters before and after this place are drawn separately. */
function mayCut(characters, at) {
  if (characters[at - 1] === JOINER || JOINS.test(characters[at])) return false;
  return !FLAG_LETTER.test(characters[at]) || flagLettersBefore(characters, at) % 2 === 0;
}

function flagLettersBefore(characters, at) {
  let first = at;
  while (first > 0 && FLAG_LETTER.test(characters[first - 1])) first -= 1;
  return at - first;
}
