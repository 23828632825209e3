/**
 * The draft that the server rendered in this field, {text, quoted}, or null. One that is being sent as a message has no
 * text; it is among `waiting`, the items of the outbox.
 */
export function renderedDraft(field, { quoted, waiting }) {
  const { draft: key } = field.dataset;
  if (key === undefined) return null;
  if (waiting.some((item) => item.client_id === key)) return { text: "", quoted: null };
  return { text: field.defaultValue, quoted };
}
