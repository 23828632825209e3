// As `chat/pages/linking.py`, by which the server draws the same.
const INSIDE = String.raw`[^\p{White_Space}\p{Cc}<>"]+`;
const WEB = `(?<web>[Hh][Tt][Tt][Pp][Ss]?://${INSIDE})`;
const WWW = String.raw`(?<![A-Za-z0-9_@.\/\-])(?<www>[Ww][Ww][Ww]\.${INSIDE})`;
const MAIL =
  String.raw`(?<![A-Za-z0-9._+\/@\-])` +
  String.raw`(?<mail>[A-Za-z0-9][A-Za-z0-9._+\-]{0,63}@(?:[A-Za-z0-9\-]{1,63}\.){1,9}[A-Za-z]{2,24})` +
  String.raw`(?![A-Za-z0-9@_\-])`;
const GAP = String.raw`[ .\u00a0\u202f\u2011\-]`;
const PREFIX = String.raw`(?:\+|(?<![0-9]${GAP})00${GAP}?)[1-9](?:${GAP}?[0-9]){0,2}`;
const ABROAD = String.raw`${PREFIX}(?:${GAP}?\(0\))?(?:${GAP}?[0-9]){8,12}`;
const PAIRS = String.raw`0[1-9](?<pairs>${GAP}?)[0-9]{2}(?:\k<pairs>[0-9]{2}){3}`;
const TWO = String.raw`0[1-9](?<two>${GAP})[0-9]{3}(?:\k<two>[0-9]{2}){2}`;
const THREE = String.raw`0[1-9][0-9](?<three>${GAP})[0-9]{2,3}(?:\k<three>[0-9]{2}){2}`;
const FOUR = String.raw`0[1-9][0-9]{2}(?<four>${GAP})[0-9]{2}(?:\k<four>[0-9]{2}){2}`;
const SERVED = String.raw`(?:[0-9]{3}\k<service>[0-9]{3}|[0-9]{2}(?:\k<service>[0-9]{2}){2})`;
const SERVICE = String.raw`0${GAP}?[89][0-9]{2}(?<service>${GAP})` + SERVED;
const NATIONAL = [PAIRS, TWO, THREE, FOUR, SERVICE].join("|");
const NUMBER = `(?<phone>${ABROAD}|(?<![0-9]${GAP})(?:${NATIONAL}))`;
const PHONE = `(?<![A-Za-z0-9_+])${NUMBER}(?![A-Za-z0-9_])(?!${GAP}[0-9]{2})`;
const ADDRESS = new RegExp([WEB, WWW, MAIL, PHONE].join("|"), "gu");

const AFTER =
  ".,;:!?…»›”’“‘'،؛؟\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
const OPENERS = new Map(Object.entries({ ")": "(", "]": "[", "}": "{" }));
const BARE = /^(https?:\/\/|www\.?)$/i;
const NOT_DIALLED = /\(0\)|[^0-9+]/g;
const LINE_ENDS = /\r\n?/g;

/** A text with the line ends that an HTML parser makes of those in a row. */
export function parsed(text) {
  return text.replace(LINE_ENDS, "\n");
}

/** A text as nodes, with its addresses as links. */
export function linked(text) {
  const words = parsed(text);
  const nodes = [];
  let at = 0;
  for (const { 0: found, index, groups } of words.matchAll(ADDRESS)) {
    const address = withoutEnd(found);
    if (BARE.test(address)) continue;
    nodes.push(words.slice(at, index), link(address, groups));
    at = index + address.length;
  }
  return [...nodes, words.slice(at)].filter(Boolean);
}

function withoutEnd(found) {
  const surplus = new Map();
  for (const [closer, opener] of OPENERS) surplus.set(closer, count(found, closer) - count(found, opener));
  let end = found.length;
  while (end) {
    const last = found[end - 1];
    if (surplus.get(last) > 0) surplus.set(last, surplus.get(last) - 1);
    else if (!AFTER.includes(last)) break;
    end -= 1;
  }
  return found.slice(0, end);
}

function count(text, character) {
  return text.split(character).length - 1;
}

function link(address, { www, mail, phone }) {
  const element = document.createElement("a");
  element.textContent = address;
  if (phone) {
    element.setAttribute("href", `tel:${address.replace(NOT_DIALLED, "")}`);
    element.dir = "ltr";
  } else if (mail) {
    element.setAttribute("href", `mailto:${address}`);
  } else {
    element.setAttribute("href", www ? `https://${address}` : address);
    element.target = "_blank";
    element.rel = "noopener noreferrer nofollow";
  }
  return element;
}
