/** The id of a row's message; 0 while it has none. */
export function idOf(row) {
  return Number(row?.dataset.messageId ?? 0);
}

/** The text as it was written. What is drawn may be the translation of a browser, which must not be taken for it. */
export function textOf(row) {
  return row.querySelector("[data-text]")?.dataset.text ?? "";
}

/** Show which reactions are the reader's. The server does not, since rows are the same for every viewer. */
export function markOwnReactions(rows, userId) {
  for (const reaction of rows.flatMap((row) => [...row.querySelectorAll(".reaction")])) {
    reaction.ariaPressed = String(reaction.dataset.userIds.split(" ").includes(String(userId)));
  }
}
