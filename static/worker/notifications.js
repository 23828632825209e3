/* What the service worker does for notifications. A push has numbers alone: its sentence is one of `shell.words`, in
   the language of the page that was shown last. Nothing of it is kept. */
const PATIENCE = 5_000;

// Something is always shown: a browser that sees a push without a notification takes the subscription away.
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data ?? {}));
});

// The browser's service gave it another address.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(registerAgain(event)));

function read(data) {
  try {
    return data.json() ?? {};
  } catch {
    return {};
  }
}

async function show({ kind, chat_id: chatId = null, badge = 0 }) {
  const { words, icon, mono } = self.shell;
  const isAppointment = kind === "appointment" || kind === "reminder";
  await self.registration.showNotification(words[kind] ?? words.message, {
    // One for each conversation, and one for appointments, which a newer one replaces, and says so again.
    tag: chatId ? tagOf(chatId) : isAppointment ? "appointments" : "chat",
    renotify: true,
    icon,
    badge: mono,
    lang: words.language,
    dir: words.direction,
    data: { chatId, isAppointment },
  });
  await Promise.allSettled([setBadge(badge), withdrawRead()]);
}

function tagOf(chatId) {
  return `chat-${chatId}`;
}

async function setBadge(count) {
  if (count) await navigator.setAppBadge?.(count);
  else await navigator.clearAppBadge?.();
}

/** Of those that are shown, close the ones whose conversation was read elsewhere. Without an answer they stay. */
async function withdrawRead() {
  const shown = (await self.registration.getNotifications()).filter(({ data }) => data?.chatId);
  if (!shown.length) return;
  const among = shown.map(({ data }) => data.chatId).join(",");
  const response = await fetch(`${self.shell.unread}?among=${among}`, { signal: AbortSignal.timeout(PATIENCE) });
  const { unread_among: unread } = await response.json();
  shown.filter(({ data }) => !unread.includes(data.chatId)).forEach((notification) => notification.close());
}

/** The conversation: in a window that shows conversations, or in a new one. Or the appointments. */
async function open({ chatId, isAppointment }) {
  const { chat, appointments, home } = self.shell;
  const url = chatId ? chat.replace("/0", `/${chatId}`) : isAppointment ? appointments : home;
  if (!chatId) return self.clients.openWindow(url);
  const windows = await self.clients.matchAll({ type: "window" });
  const pages = windows.filter((page) => /\/chat(\/\d+)?$/.test(new URL(page.url).pathname));
  const page = pages.find(({ url: there }) => there.endsWith(`/chat/${chatId}`)) ?? pages[0];
  const shown = page ? await page.focus() : await self.clients.openWindow(url);
  // The address that a worker sees may be older than what the page shows: the page knows. A new one cannot see itself
  // that it was opened by hand.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a window of a worker takes none
  shown?.postMessage({ openChat: chatId, url });
  return shown;
}

async function registerAgain({ oldSubscription: old, newSubscription: given }) {
  const { push_key: applicationServerKey } = await (await fetch("/api/devices")).json();
  const options = { userVisibleOnly: true, applicationServerKey };
  const subscription = given ?? (await self.registration.pushManager.subscribe(options));
  const { endpoint, keys } = subscription.toJSON();
  await ask("PUT", endpoint, { kind: "web", endpoint, keys });
  if (old) await ask("DELETE", old.endpoint, {});
}

async function ask(method, endpoint, body) {
  // Without it, the next page that is opened says that notifications do not arrive any more.
  const token = await self.cookieStore.get("csrftoken");
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token.value };
  const options = { method, headers, body: JSON.stringify(body) };
  return fetch(`/api/devices/${await deviceId(endpoint)}`, options);
}

/** As in `lib/push-device.js`. */
async function deviceId(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  const hex = Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** At a sign-out: the next person at this device gets nothing of it. */
self.endNotifications = async () => {
  for (const notification of await self.registration.getNotifications()) notification.close();
  await setBadge(0);
  await (await self.registration.pushManager?.getSubscription())?.unsubscribe();
};
