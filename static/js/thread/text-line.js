const BELOW = 4;

/** The line of this message's text at the height `y` of the window, as {node, offset}; null where there is none. */
export function lineAt(row, y) {
  const text = row.querySelector("[data-text]");
  const { left, right, top, bottom } = text?.getBoundingClientRect() ?? {};
  if (!(top < y && bottom > y)) return null;
  const x = getComputedStyle(text).direction === "rtl" ? right - BELOW : left + BELOW;
  const place = placeAt(x, y + BELOW);
  const isText = place?.node.nodeType === Node.TEXT_NODE && row.contains(place.node);
  return isText && topOfLine(place) !== null ? place : null;
}

/** Where the line is now; null where it is no longer shown. */
export function topOfLine({ node, offset }) {
  if (!node.isConnected || offset > node.length) return null;
  const range = document.createRange();
  range.setStart(node, Math.max(0, offset - (offset === node.length)));
  range.setEnd(node, Math.min(node.length, offset + 1));
  const { top, height } = range.getBoundingClientRect();
  return height ? top : null;
}

/** The place in the text under a point, by whichever of the two functions this browser has. */
function placeAt(x, y) {
  const position = document.caretPositionFromPoint?.(x, y);
  if (position) return { node: position.offsetNode, offset: position.offset };
  const range = document.caretRangeFromPoint?.(x, y);
  return range ? { node: range.startContainer, offset: range.startOffset } : null;
}
