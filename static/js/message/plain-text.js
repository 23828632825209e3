// What the row of a plain text shows of a message, and what it leaves to others: receipts follow from watermarks.
const SHOWN = new Set(["message_id", "chat_id", "sender_id", "sender_role", "client_id", "seq", "is_read", "read_at"]);
const NEEDED = ["message_text", "created_at"];

/**
 * Whether scripts can draw the row of this message, as the API represents it: a text and nothing else. Any other
 * content, of a key that is not known here too, is for the server to draw.
 */
export function isPlainText({ message_type: type, ...message }) {
  const rest = Object.keys(message).filter((key) => !SHOWN.has(key) && !NEEDED.includes(key));
  return type === "text" && NEEDED.every((key) => message[key]) && rest.every((key) => isEmpty(message[key]));
}

function isEmpty(value) {
  return value === null || value === false || value.length === 0;
}
