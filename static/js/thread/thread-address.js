const PARTS = ["at", "before", "after"];

/** Whether this query leads to an older part of the conversation. */
export function namesPart(query) {
  return PARTS.some((name) => query.has(name));
}

/** The address of an older part becomes that of the whole conversation. */
export function leavePart() {
  const url = new URL(location.href);
  PARTS.forEach((name) => url.searchParams.delete(name));
  url.hash = "";
  history.replaceState(history.state, "", url);
}
