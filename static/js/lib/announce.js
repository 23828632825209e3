/** Say something to screen readers, politely: each page has one region for it. */
export function announce(words) {
  const region = document.querySelector("[data-announce]");
  if (region) region.textContent = words;
}
