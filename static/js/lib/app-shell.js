/** Have the service worker keep what a page needs without a network. Where there is none (http), nothing is lost. */
export async function keepShell() {
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done, { once: true }));
  try {
    await navigator.serviceWorker?.register("/sw.js");
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker takes none
    (await navigator.serviceWorker?.ready)?.active.postMessage("keep");
  } catch {
    // Storage is disabled or full: pages work as before.
  }
}
