// Keeps the page for the road, so that it opens without a signal: the page as it was last seen, and the files it needs.
// What is entered on it is no matter of this worker: the page keeps that until it is sent. All that is kept is one
// person's: pages take it away when that one signs out or another one comes (device.js).
const cacheName = "planner-road";
const patience = 4000;
/** So many photographs of other trips are kept; those that came first make room. */
const mostPhotos = 200;
const isPhoto = (path) => path.startsWith("/api/v1/photos/");
const isAsset = (path) => path.startsWith("/assets/");
const isPage = (path) => path === "/road" || path.startsWith("/road/");
const pathOf = (address) => new URL(address).pathname;
const hasVersion = (address) => new URL(address).searchParams.has("v");

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page says what it consists of when it has come from the service.
self.addEventListener("message", (event) => {
  if (!Array.isArray(event.data?.keep)) return;
  event.waitUntil((async () => {
    const wanted = new Set(event.data.keep.filter((address) => new URL(address).origin === location.origin));
    await keep(await caches.open(cacheName), wanted);
    event.source?.postMessage({ kept: wanted.size });
  })());
});

/** Keeps these files, and those that pages name which are kept already; what no page needs any more goes. */
async function keep(cache, wanted) {
  await Promise.all([...wanted].map(async (address) => {
    // What has no version in its address may have changed since it was kept.
    if (isAsset(pathOf(address)) && !hasVersion(address)) await take(cache, new Request(address, { cache: "no-cache" }));
    else if (!(await cache.match(address))) await take(cache, address);
  }));
  const needed = new Set(wanted);
  const isOld = (file) => [...wanted].some((one) => pathOf(one) === pathOf(file) && one !== file);
  for (const { url } of (await cache.keys()).filter((kept) => isPage(pathOf(kept.url)))) {
    // Files of another version go with other files: the page comes anew.
    if ((await files(cache, url)).some(isOld)) await take(cache, url);
    for (const file of await files(cache, url)) needed.add(file);
  }
  for (const file of needed) if (!(await cache.match(file))) await take(cache, file);
  const kept = (await cache.keys()).map(({ url }) => url);
  for (const url of kept) if (isAsset(pathOf(url)) && !needed.has(url)) await cache.delete(url);
  const photos = kept.filter((url) => isPhoto(pathOf(url)) && !wanted.has(url));
  for (const url of photos.slice(0, Math.max(0, photos.length - mostPhotos))) await cache.delete(url);
}

/** Fetches something to keep it; without a good answer what is kept stays. */
async function take(cache, request) {
  try {
    const found = await fetch(request);
    if (found.ok && !found.redirected) await cache.put(request, found);
  } catch {
    // There is no signal, or no room: it is asked for again the next time.
  }
}

/** The files with a version that a kept page names. */
async function files(cache, page) {
  const text = (await (await cache.match(page))?.text()) ?? "";
  return [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+\?v=[^"]+)"/g)].map(([, path]) => location.origin + path);
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (isPage(address.pathname)) event.respondWith(page(event.request));
  else if (isPhoto(address.pathname)) event.respondWith(photo(event.request));
  else if (isAsset(address.pathname)) event.respondWith(asset(event.request, address));
});

/** The service's page. Who opens one gets the one seen last where the service does not answer in time. */
async function page(request) {
  const cache = await caches.open(cacheName);
  const key = new URL(request.url).pathname;
  const answer = (async () => {
    const found = await fetch(request);
    if (found.ok && !found.redirected && found.headers.get("content-type")?.startsWith("text/html")) await store(cache, key, found);
    return found;
  })();
  // A page that asks what has changed does not want to hear what it knows.
  if (request.mode !== "navigate") return answer;
  try {
    return await Promise.race([answer, late(patience)]);
  } catch {
    // Any trip is better than none.
    return (await cache.match(key)) ?? (await cache.match("/road")) ?? answer;
  }
}

/** A photograph never changes. One that is kept and was taken away since is named by no page. */
const photo = async (request) => (await (await caches.open(cacheName)).match(request.url)) ?? fetch(request);

/** A file with a version in its address never changes; of others the newest is taken where there is a signal. */
async function asset(request, address) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept && address.searchParams.has("v")) return kept;
  const answer = (async () => {
    const found = await fetch(request);
    if (found.ok) await store(cache, request, found);
    return found;
  })();
  try {
    return kept ? await Promise.race([answer, late(patience)]) : await answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Keeps a copy of an answer, where there is room. */
const store = (cache, key, answer) => cache.put(key, answer.clone()).catch(() => {});

const late = (milliseconds) => new Promise((_, refuse) => setTimeout(() => refuse(new Error("late")), milliseconds));
