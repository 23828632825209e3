/** Show a sentence that belongs to no place of the page, until the next click. */
export function alertPage(words) {
  const region = document.querySelector("[data-page-alert]");
  region.showPopover();
  // Set once it is shown, and set anew: so it is announced each time.
  region.replaceChildren(words);
}
