// As the filter `linked` of `chat/templatetags/conversation.py`, which draws the same.
const ADDRESS = /https?:\/\/[^\p{White_Space}\p{Cc}<>"]+/gu;
const AFTER = ".,;:!?…»”’)]}";
const LINE_ENDS = /\r\n?/g;

/** A text as nodes, with web addresses as links. */
export function linked(text) {
  // An HTML parser makes the same of the line ends of a row.
  const words = text.replace(LINE_ENDS, "\n");
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
