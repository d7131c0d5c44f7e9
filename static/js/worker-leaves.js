/*
 * The service worker where there is to be none any more (WORKS_OFFLINE=0): forgets every page and goes. Unsent records are not its business and stay.
 */
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  await registration.unregister();
}
