// The service worker: keeps the app itself and its map, and sends what waits when the network is back. It never keeps
// an answer of the API: what the office says goes to the encrypted store of the page alone.

import { sync } from "__STATIC__koban/field/js/sync.js";

const KEPT = `koban-field-${TOLD.version}`;
const MAPS = "koban-field-maps";
const SHELL = new Map(TOLD.shell), LATER = new Map(TOLD.later);

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => {
  if (event.data === "later") event.waitUntil(keepLater());
});
addEventListener("sync", (event) => {
  if (event.tag === "koban-outbox") event.waitUntil(sync());
});
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === TOLD.page) event.respondWith(page(event.request));
  else if (SHELL.has(url.pathname) || LATER.has(url.pathname)) event.respondWith(kept(event.request, url.pathname));
  else if (url.pathname.startsWith("/field/map/")) event.respondWith(map(event.request));
});

async function install() {
  const cache = await caches.open(KEPT);
  await cache.add(new Request(TOLD.page, { cache: "reload" }));
  await Promise.all([...SHELL].map(([address, integrity]) => keep(cache, address, integrity)));
  await skipWaiting();
}

/* A file is what its hash says, or it is not kept: two versions never mix. */
async function keep(cache, address, integrity) {
  if (await cache.match(address)) return;
  const answer = await fetch(new Request(address, { integrity, cache: "no-cache" }));
  if (!answer.ok) throw new Error(address);
  await cache.put(address, answer);
}

async function keepLater() {
  const cache = await caches.open(KEPT);
  for (const [address, integrity] of LATER) await keep(cache, address, integrity);
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("koban-field-") && name !== KEPT && name !== MAPS) await caches.delete(name);
  }
  await clients.claim();
}

async function page(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(TOLD.page)) ?? fetch(request);
}

async function kept(request, address) {
  const cache = await caches.open(KEPT);
  const found = await cache.match(address);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && LATER.has(address)) await cache.put(address, answer.clone());
  return answer;
}

async function map(request) {
  const cache = await caches.open(MAPS);
  const found = await cache.match(request.url);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}
