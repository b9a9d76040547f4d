/** Keeps the page for use without a network, and serves the layer a user writes as a script of the page's own. */
const CACHE = `chainrule-${VERSION}`;
const OWN_LAYER = "own-layer/";

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(["./", ...FILES.filter((file) => file !== "sw.js")]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith("chainrule-") && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

/** The scripts of users, by address; a worker asks for one as soon as the page has posted it. */
const scripts = new Map();

self.addEventListener("message", ({ data, ports }) => {
  if (data?.type !== "script") return;
  scripts.set(data.name, data.text);
  ports[0].postMessage("kept");
});

self.addEventListener("fetch", (event) => {
  const { request } = event,
    url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const path = url.pathname.slice(new URL(self.registration.scope).pathname.length);
  if (path.startsWith(OWN_LAYER) && scripts.has(path.slice(OWN_LAYER.length))) {
    const headers = {
      "content-type": "text/javascript",
      "content-security-policy": "default-src 'self'",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
    };
    event.respondWith(new Response(scripts.get(path.slice(OWN_LAYER.length)), { headers }));
    return;
  }
  event.respondWith(
    (async () => {
      const cached = await (await caches.open(CACHE)).match(request, { ignoreSearch: true });
      return cached ?? fetch(request);
    })(),
  );
});
