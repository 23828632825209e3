// As `chat/input.py`: spaces, control and format characters, and letters that nobody sees.
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a text has a character that is seen: without one it is empty. */
export function isVisible(text) {
  return VISIBLE.test(text);
}
