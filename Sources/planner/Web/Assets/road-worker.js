// Keeps the page for the road, so that it opens without a signal: the page as it was last seen, and the files it needs.
// What is entered on it is no matter of this worker: the page keeps that until it is sent. All that is kept is one
// person's: pages take it away when that one signs out or another one comes (device.js).
const cacheName = "planner-road";
const patience = 4000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page says what it consists of when it has come from the service; what it does not name is not needed any more.
self.addEventListener("message", (event) => {
  if (!Array.isArray(event.data?.keep)) return;
  event.waitUntil((async () => {
    const cache = await caches.open(cacheName);
    const wanted = new Set(event.data.keep.filter((address) => new URL(address).origin === location.origin));
    for (const kept of await cache.keys()) {
      if (new URL(kept.url).pathname.startsWith("/assets/") && !wanted.has(kept.url)) await cache.delete(kept);
    }
    for (const address of wanted) if (!(await cache.match(address))) await cache.add(address).catch(() => {});
    event.source?.postMessage({ kept: wanted.size });
  })());
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname === "/road" || address.pathname.startsWith("/road/")) event.respondWith(page(event.request));
  else if (address.pathname.startsWith("/assets/")) event.respondWith(asset(event.request, address));
});

/** The service's page, or the one seen last where the service does not answer in time. */
async function page(request) {
  const cache = await caches.open(cacheName);
  const key = new URL(request.url).pathname;
  const answer = (async () => {
    const found = await fetch(request);
    if (found.ok && !found.redirected && found.headers.get("content-type")?.startsWith("text/html")) await cache.put(key, found.clone());
    return found;
  })();
  try {
    return await Promise.race([answer, late(patience)]);
  } catch {
    // Any trip is better than none.
    return (await cache.match(key)) ?? (await cache.match("/road")) ?? answer;
  }
}

/** A file with a version in its address never changes; of others the newest is taken where there is a signal. */
async function asset(request, address) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept && address.searchParams.has("v")) return kept;
  try {
    return kept ? await Promise.race([fetch(request), late(patience)]) : await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

const late = (milliseconds) => new Promise((_, refuse) => setTimeout(() => refuse(new Error("late")), milliseconds));
