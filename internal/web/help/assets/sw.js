// Keeps the residents' pages on the device: what was opened once opens again without a network. The network is asked first, for
// three seconds, so that a corrected sentence arrives; nothing is ever sent that the page did not ask for.
"use strict";
var STORE = "kk-resident-1";
self.addEventListener("install", function () { /* a new worker waits until the old pages are closed */ });
self.addEventListener("activate", function (e) {
  e.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (n) { return n.indexOf("kk-resident-") === 0 && n !== STORE ? caches.delete(n) : null; }));
  }).then(function () { return self.clients.claim(); }));
});
self.addEventListener("message", function (e) {
  if (e.data && e.data.keep) e.waitUntil(caches.open(STORE).then(function (c) { return c.addAll(e.data.keep); }));
});
self.addEventListener("fetch", function (e) {
  if (e.request.method !== "GET" || new URL(e.request.url).origin !== location.origin) return;
  var fresh = fetch(e.request).then(function (r) {
    if (r.ok) { var copy = r.clone(); caches.open(STORE).then(function (c) { c.put(e.request, copy); }); }
    return r;
  });
  var slow = new Promise(function (done) { setTimeout(done, 3000); });
  e.respondWith(Promise.race([fresh, slow]).catch(function () { }).then(function (r) {
    return r || caches.match(e.request, { ignoreSearch: false }).then(function (kept) { return kept || fresh; });
  }));
});
