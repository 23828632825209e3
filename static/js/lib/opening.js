import { page } from "./page.js";
import { TabStorage } from "./tab-storage.js";

const KEPT = "opening";
const CHAT = /\/chat\/(\d+)(?:\/at\/\d+)?$/;

/**
 * Which conversation a person opens by hand, by a link or by a Chat button, and when. The thread that comes next, often
 * on a new page, cannot see that itself: a reload or a page that the browser restores looks the same.
 */
const storage = new TabStorage(page.userId);

export function listenForOpenings(root) {
  root.addEventListener("click", (event) => noteLink(event), { capture: true });
  root.addEventListener("submit", ({ submitter }) => opensChat(submitter) && noteOpening(null), { capture: true });
}

/** The time at which this thread was opened by hand, once; null where it was not. */
export function takeOpening(chatId) {
  const { chatId: opened, at } = storage.get(KEPT) ?? {};
  storage.delete(KEPT);
  return opened === chatId || opened === null ? at : null;
}

function opensChat(button) {
  return button?.matches("[data-opens-chat]");
}

function noteLink(event) {
  const link = event.target.closest?.("a[href]");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || link?.target;
  const chatId = !elsewhere && link?.origin === location.origin && CHAT.exec(link.pathname)?.[1];
  if (chatId) noteOpening(Number(chatId));
}

/** `chatId` is null where only the server knows which one it will be. */
export function noteOpening(chatId) {
  storage.set(KEPT, { chatId, at: Date.now() });
}
