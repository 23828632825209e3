import { shortened } from "../lib/shortened.js";
import { t } from "../lib/words.js";
import { textOf } from "./row.js";

// As `_SUBJECT` of `chat/templatetags/conversation.py`.
const MOST = 60;

/** A few words by which the buttons and receipts of a message are told from those of others. */
export function subjectOf(row) {
  if (row.hasAttribute("data-retracted")) return t("withdrawn");
  const text = textOf(row);
  if (text) return shortened(text, MOST);
  return row.querySelector(".photos") ? t("photo") : (row.querySelector("a[download]")?.download ?? "");
}

/** What screen readers are told after the name of a receipt: of which message it is. */
export function ofMessage(row) {
  const words = subjectOf(row);
  return words && t("of_message", { words });
}

/** Screen readers find a button without what is around it: its name says which message it is about. */
export function nameButtons(buttons, words) {
  for (const button of buttons) {
    button.ariaLabel = t("action_of", { action: button.lastChild.textContent.trim(), words });
  }
}
