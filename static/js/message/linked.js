// As the filter `linked` of `chat/templatetags/conversation.py`, which draws the same.
const ADDRESS = /https?:\/\/[^\p{White_Space}\p{Cc}<>"]+/gu;
const AFTER = ".,;:!?…»”’)]}";
const LINE_ENDS = /\r\n?/g;

/** A text with the line ends that an HTML parser makes of those in a row. */
export function parsed(text) {
  return text.replace(LINE_ENDS, "\n");
}

/** A text as nodes, with web addresses as links. */
export function linked(text) {
  const words = parsed(text);
  const nodes = [];
  let at = 0;
  for (const { 0: found, index } of words.matchAll(ADDRESS)) {
    const address = withoutEnd(found);
    nodes.push(words.slice(at, index), link(address));
    at = index + address.length;
  }
  return [...nodes, words.slice(at)].filter(Boolean);
}

/** What follows an address in a sentence is not part of it. */
function withoutEnd(found) {
  let end = found.length;
  while (AFTER.includes(found[end - 1])) end -= 1;
  return found.slice(0, end);
}

function link(address) {
  const element = document.createElement("a");
  element.setAttribute("href", address);
  element.target = "_blank";
  element.rel = "noopener noreferrer nofollow";
  element.textContent = address;
  return element;
}
