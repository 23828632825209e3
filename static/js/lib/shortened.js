import { placeBefore } from "./clusters.js";

// In code points.
const MOST = 140;

const SPACES = /[\t\n\f\r ]+/g;
const AT_ENDS = /^ | $/g;
const LINE_ENDS = /([\n\r]+)/;
const MARKS = /[\u202a-\u202e\u2066-\u2069]/g;
const [EMBEDDING, ISOLATE] = ["\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"];
const [END_OF_EMBEDDING, END_OF_ISOLATE] = ["\u202c", "\u2069"];

/** The beginning of a text, on one line, as `chat/pages/shortening.py` gives it. */
export function shortened(text, most = MOST) {
  const line = [...closed(text).replace(SPACES, " ").replace(AT_ENDS, "")];
  if (line.length <= most) return line.join("");
  return `${line.slice(0, placeBefore(line, most - 1)).join("")}…`;
}

function closed(text) {
  return text.split(LINE_ENDS).map((part) => part + openIn(part)).join("");
}

function openIn(paragraph) {
  const ends = [];
  for (const mark of paragraph.match(MARKS) ?? []) {
    if (EMBEDDING.includes(mark)) ends.push(END_OF_EMBEDDING);
    else if (ISOLATE.includes(mark)) ends.push(END_OF_ISOLATE);
    else if (mark === END_OF_EMBEDDING && ends.at(-1) === mark) ends.pop();
    else if (mark === END_OF_ISOLATE && ends.includes(mark)) ends.length = ends.lastIndexOf(mark);
  }
  return ends.toReversed().join("");
}
