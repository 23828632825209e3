const SAYS_WHAT = ["data-action", "data-emoji", "href"];

/** The control that does in what was drawn anew what this one did before; null where none does. */
export function matchingControl(control, fresh) {
  const same = (other) => SAYS_WHAT.every((name) => other.getAttribute(name) === control.getAttribute(name));
  return [...fresh.querySelectorAll(control.localName)].find(same) ?? null;
}
