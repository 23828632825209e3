import { clearTabStorage } from "./lib/tab-storage.js";

// Signing out removes all drafts from this tab. A session that ends by itself keeps them for its person.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("form[action*='/logout']")) clearTabStorage();
});
