import { clearTabStorage } from "./lib/tab-storage.js";

// Signing out removes all drafts from this tab. After a session that ends by itself they stay, for the same person.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("form[action*='/logout']")) clearTabStorage();
});
