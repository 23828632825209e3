import { forgetEverything } from "./lib/tab-storage.js";

// Who signs out leaves no words behind in this tab; a session that ends by itself keeps them for its person.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("form[action*='/logout']")) forgetEverything();
});
