{% autoescape off %}// The service worker of the trainer's pages. It keeps the pages of the device, which hold nobody's
// data, and shows them when the network is away. Pages with people's names are never kept here.
const SHELL = {{ shell }};
const CACHE = `emargement-${SHELL.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(SHELL.files);
      // Without a cookie: the page kept is the one that everybody sees.
      await cache.put(SHELL.page, await fetch(SHELL.page, { credentials: "omit", cache: "no-store" }));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("emargement-") && name !== CACHE) await caches.delete(name);
      }
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL.files.includes(new URL(request.url).pathname)) event.respondWith(file(request));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(CACHE)).match(SHELL.page)) ?? Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
{% endautoescape %}
