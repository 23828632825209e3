const IDENTIFYING = ["data-action", "data-emoji", "href"];

/** The control in a redrawn element that does the same as `control` did in the old one; null where there is none. */
export function matchingControl(control, redrawn) {
  const same = (other) => IDENTIFYING.every((name) => other.getAttribute(name) === control.getAttribute(name));
  return [...redrawn.querySelectorAll(control.localName)].find(same) ?? null;
}
