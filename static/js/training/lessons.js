/*
 * The pages under /deliver/lessons/: a lesson, and the list of all. Without this script both are plain pages that can be read from top to bottom.
 */
import { listPage } from "./course.js";
import { lessonPage } from "./lesson.js";
import { openPlacesStore, who } from "./places-store.js";
import { Places, serverAt } from "./places.js";

const { meUrl, placesUrl, signOutUrl, workerUrl } = document.body.dataset;
const LATER_MS = 1_500;

const places = new Places({ store: await openPlacesStore(), server: serverAt({ meUrl, placesUrl, signOutUrl }), who, clock: () => Date.now() });
await places.open();
if ("list" in document.body.dataset) listPage(places);
else lessonPage(places);
places.refresh();
addEventListener("online", () => places.refresh());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && places.refresh());
// Back, after signing out, brings a page out of the browser's memory as it was left: whoever that was.
addEventListener("pageshow", (event) => event.persisted && location.reload());
setTimeout(keepHere, LATER_MS);

/** A device whose first page this is has no worker yet, and one that is new did not see this page come. */
async function keepHere() {
  const { serviceWorker } = navigator;
  if (!serviceWorker || !workerUrl || serviceWorker.controller) return;
  try {
    await serviceWorker.register(workerUrl);
    const { active } = await serviceWorker.ready;
    active.postMessage({ type: "keep-lesson", path: location.pathname });
  } catch (refused) {
    return;
  }
}
