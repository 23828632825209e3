import { getJson, sendJson } from "./api.js";

const STATE = "push-state";

/**
 * This browser as a device that shows notifications: "unsupported", "denied" (by the person, in the browser), "none"
 * (the server sends none), "off", "on", or "died": it was on, and the server, or the browser's service, does not know
 * it any more.
 */
export async function pushState() {
  const state = await findState();
  sessionStorage.setItem(STATE, state);
  return state;
}

/** The state as it was found last in this tab. The server forgets devices that do not say that they are there. */
export async function pushStateOfTab() {
  try {
    return sessionStorage.getItem(STATE) ?? (await pushState());
  } catch {
    // The next page tries again.
    return "unknown";
  }
}

/** After an act of the person: ask the browser, and register it. */
export async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return;
  const { push_key: key } = await getJson("/api/devices");
  const { pushManager } = await serviceWorker();
  // One that died would be given again.
  await (await pushManager.getSubscription())?.unsubscribe();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  await register(subscription, { renew: false });
}

export async function turnOff() {
  const subscription = await currentSubscription();
  if (!subscription) return;
  await sendJson("DELETE", await addressOf(subscription), {});
  await subscription.unsubscribe();
}

/** Whoever signs in next has a state of their own. */
export function forgetPushState() {
  sessionStorage.removeItem(STATE);
}

// Internal

async function findState() {
  if (!isSupported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const { push_key: key } = await getJson("/api/devices");
  if (!key) return "none";
  const subscription = await currentSubscription();
  if (!subscription || Notification.permission !== "granted") return "off";
  return (await renew(subscription)) && hasKey(subscription, key) ? "on" : "died";
}

function isSupported() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function currentSubscription() {
  return (await serviceWorker()).pushManager.getSubscription();
}

/** `ready` alone would wait for ever where it cannot be registered. */
async function serviceWorker() {
  await navigator.serviceWorker.register("/sw.js");
  return navigator.serviceWorker.ready;
}

/** Whether this person registered it, and the server still knows it. */
async function renew(subscription) {
  try {
    await register(subscription, { renew: true });
    return true;
  } catch (error) {
    if (error.status === 404) return false;
    throw error;
  }
}

/** With another key of the server, no push service accepts anything for this subscription. */
function hasKey({ options }, key) {
  const mine = options?.applicationServerKey;
  return !mine || String(new Uint8Array(mine)) === String(bytesOf(key));
}

async function register(subscription, { renew: isRenewal }) {
  const { endpoint, keys } = subscription.toJSON();
  await sendJson("PUT", await addressOf(subscription), { kind: "web", endpoint, keys, renew: isRenewal });
}

/** The same at each load, without anything that is stored: the id is made from the endpoint. */
async function addressOf({ endpoint }) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  const hex = Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `/api/devices/${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
}

function bytesOf(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.codePointAt(0));
}
