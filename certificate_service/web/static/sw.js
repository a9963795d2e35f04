// Keeps the page and the lists for use without a network. The network is asked first, so what is
// shown is as new as can be; what is kept is signed, and the page tells how old it is. Nothing
// behind "#" is ever part of a request, so nothing of a certificate is kept here.
"use strict";
const KEPT = "lantai-verify-2";
const SHELL = ["/v", "/verify", "/v?lang=en", "/verify?lang=en", "/verify.js", "/english.js", "/verify.css", "/keys.json", "/trust-list.json", "/manifest.webmanifest"];
const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(SHELL)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});
self.addEventListener("message", (event) => {
  const work = caches.open(KEPT).then((kept) => kept.addAll(event.data)).then(() => true, () => false);
  event.waitUntil(work.then((done) => event.ports[0].postMessage(done)));
});
// The page with the scanner has another policy than the one that a QR code opens.
function nameOf(request) {
  const path = new URL(request.url).pathname;
  if (request.mode !== "navigate") return path;
  return (path === "/v" ? path : "/verify") + (new URL(request.url).searchParams.get("lang") === "en" ? "?lang=en" : "");
}
async function fromNetwork(request, name) {
  const answer = await fetch(request);
  if (answer.ok && ["", "?lang=en"].includes(new URL(request.url).search)) (await caches.open(KEPT)).put(name, answer.clone());
  // A proxy's error page is no answer about a certificate.
  else if (answer.status >= 500) throw new TypeError("unreachable");
  return answer;
}
async function answer(request) {
  const name = nameOf(request), asked = fromNetwork(request, name);
  const late = new Promise((done) => { setTimeout(done, PATIENCE_MS); });
  try {
    const first = await Promise.race([asked, late]);
    if (first) return first;
  } catch { /* no network: below */ }
  const kept = await (await caches.open(KEPT)).match(name);
  return kept || asked;
}
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/api")) return;
  if (event.request.mode === "navigate" && !["/", "/v", "/verify", "/offline"].includes(url.pathname)) return;
  event.respondWith(answer(event.request));
});
