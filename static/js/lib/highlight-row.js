const FOUND_MS = 2_000;

/** Bring a row into the middle of the view, with the focus, and outline it for a moment. */
export function highlightRow(row) {
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  row.toggleAttribute("data-found", true);
  setTimeout(() => row.removeAttribute("data-found"), FOUND_MS);
}
