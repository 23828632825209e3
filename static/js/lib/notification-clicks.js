import { noteOpening } from "./opening.js";

/** Shows the conversation of a notification that a person clicked: the service worker chose this page for it. */
export function listenForNotificationClicks() {
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    const { openChat, url } = data ?? {};
    if (openChat) show(openChat, url);
  });
}

function show(chatId, url) {
  const isOpen = location.pathname.endsWith(`/chat/${chatId}`);
  if (isOpen) return document.querySelector("chat-thread")?.dispatchEvent(new CustomEvent("opened"));
  const link = document.querySelector(`#conversation-${chatId} a.conversation`);
  if (link) return link.click();
  noteOpening(chatId);
  return location.assign(url);
}
