import { page } from "../lib/page.js";
import { t } from "../lib/words.js";
import { idOf, textOf } from "./row.js";

/** The message that is replied to, as the composer shows it: {messageId, name, words, isCorrected}. */
export function quoteFromRow(row) {
  const file = row.querySelector("[data-file-name], a[download]");
  const words = textOf(row) || file?.dataset.fileName || file?.download || t("withdrawn");
  const isCorrected = Boolean(row.querySelector("[data-action=versions]"));
  return { messageId: idOf(row), name: nameOf(row.dataset.senderRole), words, isCorrected };
}

/** From the API's `reply_to`, which may be null. */
export function quoteFromJson(source) {
  if (!source) return null;
  const words = source.message_text || source.file_name || t("withdrawn");
  const isCorrected = Boolean(source.edited_at && !source.retracted_at);
  return { messageId: source.message_id, name: nameOf(source.sender_role), words, isCorrected };
}

/** The author of a message of the open conversation. */
export function nameOf(role) {
  return role === page.role ? t("yourself") : document.querySelector("chat-thread").dataset.otherName;
}
