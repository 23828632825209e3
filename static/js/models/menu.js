import { page } from "../lib/page.js";

const HOUR = 3_600_000;

/** What may be done with the message of a row: the names that `data-needs` of the menu's items ask for. */
export function abilities(row, { me, open }) {
  const retracted = row.hasAttribute("data-retracted");
  const written = new Date(row.dataset.at);
  const found = {
    open: open && !retracted,
    text: Boolean(wordsOf(row)),
    pinned: row.hasAttribute("data-pinned"),
    unpinned: !row.hasAttribute("data-pinned"),
    mine: row.dataset.senderRole === me,
    recent: Date.now() - written < page.correctionHours * HOUR,
    changed: retracted || Boolean(row.querySelector("[data-action=versions]")),
  };
  return new Set(Object.keys(found).filter((name) => found[name]));
}

export function wordsOf(row) {
  return row.querySelector("[data-text]")?.textContent ?? "";
}

/** My reactions are pressed; only the browser knows which these are. */
export function markMine(rows, userId) {
  for (const reaction of rows.flatMap((row) => [...row.querySelectorAll(".reaction")])) {
    reaction.ariaPressed = String(reaction.dataset.userIds.split(" ").includes(String(userId)));
  }
}
