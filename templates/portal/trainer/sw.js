{% autoescape off %}// The service worker of the trainer's pages. It keeps the pages of the device, which hold nobody's
// data, and shows them when the network is away. Pages with people's names are never kept here.
//
// Each version keeps its pages whole in a cache of its own. The one in use changes only while
// nothing waits on the device: what was begun with pages is ended with them.
const SHELL = {{ shell }};
const PREFIX = "emargement-";
const CACHE = `${PREFIX}${SHELL.version}`;
const IN_USE = "emargement:in-use"; // a cache that holds the name of the one in use
const PATIENCE = 3_000; // milliseconds left to the network, where the device has a page to show
const FRESH = 60_000; // milliseconds during which an answer that came too late is of use

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(SHELL.files);
      // Without a cookie: the page kept is the one that everybody sees.
      await cache.put(SHELL.page, await fetch(SHELL.page, { credentials: "omit", cache: "no-store" }));
      if (!(await kept()).waiting) await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await inUse();
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (origin === self.location.origin && /\.(css|js|svg)$/.test(pathname))
    event.respondWith(file(request));
});

// --- Which version --------------------------------------------------------------------------------

// The name of the cache in use: this version's, once nothing waits on the device.
async function inUse() {
  const state = await caches.open(IN_USE);
  const former = await (await state.match("/"))?.text();
  if (former === CACHE) return CACHE;
  if (former && (await caches.has(former)) && (await kept()).waiting) return former;
  await state.put("/", new Response(CACHE));
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  return CACHE;
}

// --- What is on the device ------------------------------------------------------------------------

// { waiting, halfDays }: how much waits, and for which half-days the device is prepared.
async function kept() {
  const nothing = { waiting: 0, halfDays: [] };
  const base = await new Promise((resolve) => {
    const request = indexedDB.open("emargement");
    // Pages make the database; here it is only read.
    request.onupgradeneeded = () => request.transaction.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => resolve(null);
  });
  if (!base) return nothing;
  try {
    const moving = base.transaction(["preparations", "queue"]);
    const [waiting, halfDays] = await Promise.all([
      read(moving.objectStore("queue").count()),
      read(moving.objectStore("preparations").getAllKeys()),
    ]);
    return { waiting, halfDays };
  } catch {
    return nothing;
  } finally {
    base.close();
  }
}

const read = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// --- Pages ----------------------------------------------------------------------------------------

// Answers of the server that came after the device's page was shown, for the next load alone. They
// are kept nowhere: they go with this worker.
const late = new Map();

async function page(event, pathname) {
  const { request } = event;
  const came = late.get(pathname);
  late.delete(pathname);
  if (came && Date.now() - came.at < FRESH) return came.answer;
  const { waiting, halfDays } = await kept();
  const prepared = halfDays.some((pk) => pathname === SHELL.half_day.replace("/0/", `/${pk}/`));
  const shell = async () => (await (await caches.open(await inUse())).match(SHELL.page)) ?? Response.error();
  if (pathname === SHELL.page) return shell();
  const asked = fetch(request).catch(() => null);
  // Nothing to show from the device: the network has all its time.
  if (!halfDays.length && !waiting) return (await asked) ?? shell();
  const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE, "slow"));
  const first = await Promise.race([asked, slow]);
  if (first === "slow") event.waitUntil(keepLate(asked, prepared, pathname));
  return first !== "slow" && isGood(first, prepared) ? first : shell();
}

// Neither a fault of the server nor a way to the login replaces what the device has prepared.
function isGood(answer, prepared) {
  return Boolean(answer) && answer.status < 500 && !(prepared && answer.type === "opaqueredirect");
}

async function keepLate(asked, prepared, pathname) {
  const answer = await asked;
  if (!isGood(answer, prepared)) return;
  late.set(pathname, { answer, at: Date.now() });
  for (const client of await self.clients.matchAll({ type: "window" })) {
    client.postMessage({ arrived: pathname });
  }
}

async function file(request) {
  const cache = await caches.open(await inUse());
  return (await cache.match(request)) ?? fetch(request);
}
{% endautoescape %}
