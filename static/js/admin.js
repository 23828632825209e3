import { pageLock } from "./lib/page-lock.js";

pageLock().listen();

// What Django's admin leaves without a name for screen readers gets that of the words beside it.

// Its own scripts draw the fields of people in functions that wait in the same queue.
const afterThose = globalThis.django?.jQuery ?? ((name) => name());
afterThose(() => {
  document.querySelectorAll("select.admin-autocomplete").forEach(nameChoice);
  for (const field of document.querySelectorAll(".datetime input")) {
    field.ariaLabel = field.previousSibling.textContent.trim();
  }
  const search = document.querySelector("#searchbar");
  if (search) search.ariaLabel = search.form.querySelector("[type=submit]").value;
});

/** Select2 names its field by what is chosen, which is nothing at first. */
function nameChoice(select) {
  const label = select.labels[0];
  const field = select.parentElement.querySelector(".select2-selection");
  if (!label || !field) return;
  label.id = `${select.id}-label`;
  for (const part of [field, field.querySelector("[role=textbox]")]) {
    part?.setAttribute("aria-labelledby", `${label.id} ${field.querySelector(".select2-selection__rendered").id}`);
  }
}
