/* The service worker. It keeps the page for a lost network and the static files, and nothing else: no message, no name,
   no JSON. `/sw.js` sets `shell` and then imports notifications.js and this. */
const CACHE = `shell-${self.shell.version}`;
// A name with a digest never changes its content.
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", (event) => event.waitUntil(install()));

self.addEventListener("activate", (event) => event.waitUntil(activate()));

// From a page of somebody who is signed in; the caches were deleted when somebody signed out.
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keepShell());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === self.shell.signOut) event.waitUntil(signOut());
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fromNetwork(event));
  else if (url.pathname.startsWith(self.shell.static)) event.respondWith(staticFile(event));
});

/** Where an earlier version keeps the page for a lost network, this one has it before the earlier one is deleted. */
async function install() {
  const kept = await caches.keys().catch(() => []);
  if (kept.length) await keepShell();
  await self.skipWaiting();
}

async function activate() {
  await forgetAll((name) => name !== CACHE);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function keepShell() {
  const cache = await caches.open(CACHE);
  if (await cache.match(self.shell.offline)) return;
  await cache.addAll([...self.shell.files, new Request(self.shell.offline, { cache: "reload" })]);
}

async function signOut() {
  await Promise.allSettled([forgetAll(), self.endNotifications()]);
}

async function forgetAll(matches = () => true) {
  const names = await caches.keys();
  await Promise.all(names.filter(matches).map((name) => caches.delete(name)));
}

/** A page is never answered from a cache, but by the page for a lost network, and never by the browser's own error. */
async function fromNetwork(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await keptPage()) ?? plainPage();
  }
}

/** None after a sign-out, or where the browser removed it to make room. */
async function keptPage() {
  try {
    // There is one, in whatever language it was asked for.
    return await caches.match(self.shell.offline, { ignoreVary: true });
  } catch {
    return null; // Storage is disabled or broken.
  }
}

function plainPage() {
  const headers = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  };
  return new Response(self.shell.plain, { headers });
}

async function staticFile(event) {
  const { request } = event;
  const kept = await caches.match(request);
  if (kept && HASHED.test(new URL(request.url).pathname)) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) event.waitUntil(keep(request, response.clone()));
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Only where the shell is kept: after a sign-out nothing fills the cache again. */
async function keep(request, response) {
  if (await caches.has(CACHE)) await (await caches.open(CACHE)).put(request, response);
}
