import { chatLink } from "../connection/chat-link.js";
import { getJson, sendJson } from "../lib/api.js";
import { isolated } from "../lib/isolated.js";
import { reason, t } from "../lib/words.js";

/** Requests about one message. Each resolves with the answer or rejects with an ApiError. */

export async function react(messageId, emoji, { on }) {
  const url = `${address(messageId)}/reactions/${encodeURIComponent(emoji)}`;
  return (await sendJson(on ? "PUT" : "DELETE", url)).message_data;
}

export async function pin(messageId, { on }) {
  return (await sendJson(on ? "PUT" : "DELETE", `${address(messageId)}/pin`)).message_data;
}

export async function correct(messageId, text) {
  return (await sendJson("PATCH", address(messageId), { message_text: text })).message_data;
}

export async function retract(messageId) {
  return (await sendJson("DELETE", address(messageId))).message_data;
}

/** {sent_at, notified_at, notified_by, delivered_at, read_at, edited_at, retracted_at} */
export async function times(messageId) {
  const { message_data: message, receipt } = await getJson(address(messageId));
  return { ...receipt, edited_at: message.edited_at, retracted_at: message.retracted_at };
}

/** {message_data, revisions: [{message_text, file_names, written_at, replaced_at}]}: earlier versions, oldest first. */
export function revisions(messageId) {
  return getJson(`${address(messageId)}/revisions`);
}

/** The sentence for an ApiError of these requests. */
export function errorSentence(error) {
  if (!error.temporary) return reason(error.code);
  if (chatLink().state === "offline") return t("not_online");
  // A fault may come again: whoever asks the practice about it can name it.
  return error.status === 500 && error.reference ? `${t("try_again")} (${isolated(error.reference)})` : t("try_again");
}

function address(messageId) {
  return `/api/chat/message/${messageId}`;
}
