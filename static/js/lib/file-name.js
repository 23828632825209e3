/** A file's name and its extension as two spans, so that a long name is cut before the extension. */
export function nameInParts(name) {
  const at = name.lastIndexOf(".");
  const split = at > 0 && name.length - at <= 6 ? at : name.length;
  return [name.slice(0, split), name.slice(split)].map(part);
}

function part(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}
