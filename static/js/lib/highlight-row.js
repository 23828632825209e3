const OUTLINED_MS = 2_000;

/** Scroll a row into the middle of the view, focus it, and outline it for a moment. */
export function highlightRow(row) {
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  row.toggleAttribute("data-found", true);
  setTimeout(() => row.removeAttribute("data-found"), OUTLINED_MS);
}
