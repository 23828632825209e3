/** Fit a text field to its content where the browser has no `field-sizing`. */
export function growField(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
}
