/*
 * A classic script apart from all modules: if the page does not come to life, because a release is broken, the version that mends it could
 * never take over, since only a living page lets it. So it is let in from here.
 */
(() => {
  const LONG_ENOUGH_MS = 20_000;
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  setTimeout(async () => {
    if (document.body.dataset.screen !== "loading") return;
    const registration = await serviceWorker.getRegistration();
    if (!registration) return;
    await registration.update().catch(() => {});
    serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    const letIn = () => registration.waiting?.postMessage({ type: "take-over" });
    registration.installing?.addEventListener("statechange", letIn);
    letIn();
  }, LONG_ENOUGH_MS);
})();
