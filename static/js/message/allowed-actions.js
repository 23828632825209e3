import { page } from "../lib/page.js";
import { textOf } from "./row.js";

const HOUR = 3_600_000;

/** What may be done with the message of a row: the names that menu items list in `data-needs`. */
export function allowedActions(row, { me, open }) {
  const retracted = row.hasAttribute("data-retracted");
  const written = new Date(row.dataset.at);
  const found = {
    open: open && !retracted && !row.dataset.system,
    text: Boolean(textOf(row)),
    pinned: row.hasAttribute("data-pinned"),
    unpinned: !row.hasAttribute("data-pinned"),
    mine: row.dataset.senderRole === me,
    recent: Date.now() - written < page.correctionHours * HOUR,
    changed: retracted || Boolean(row.querySelector("[data-action=versions]")),
  };
  return new Set(Object.keys(found).filter((name) => found[name]));
}
