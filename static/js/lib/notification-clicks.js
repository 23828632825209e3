/** Shows the conversation of a notification that a person clicked: the service worker chose this page for it. */
export function listenForNotificationClicks() {
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    const { openChat, url } = data ?? {};
    if (!openChat || location.pathname.endsWith(`/chat/${openChat}`)) return;
    const link = document.querySelector(`#conversation-${openChat} a.conversation`);
    if (link) link.click();
    else location.assign(url);
  });
}
