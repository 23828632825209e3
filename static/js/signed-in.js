import { keepShell } from "./lib/app-shell.js";
import { pageLock } from "./lib/page-lock.js";
import { forgetPushState, pushStateOfTab } from "./lib/push-device.js";
import { clearTabStorage } from "./lib/tab-storage.js";

// On every page of somebody who is signed in.
keepShell();
pageLock().listen();
if (globalThis.Notification?.permission === "granted") pushStateOfTab();

// Signing out removes all drafts from this tab. After a session that ends by itself they stay, for the same person.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("form[action*='/logout']")) return;
  clearTabStorage();
  forgetPushState();
});
