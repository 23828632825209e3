/** Enter sends where there is a real keyboard. While an input method composes, Enter belongs to it (229: Safari). */
export function isSendKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return false;
  return matchMedia("(pointer: fine)").matches || event.ctrlKey || event.metaKey;
}
