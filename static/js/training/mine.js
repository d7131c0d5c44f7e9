/*
 * My training: sends what this device still has to tell, and shows the page anew once that has changed it.
 */
import { openPlacesStore, who } from "./places-store.js";
import { Places, serverAt } from "./places.js";

const notice = document.getElementById("waiting");
const { meUrl, placesUrl, signOutUrl } = notice.dataset;
const word = (name) => document.getElementById("words").content.querySelector(`[data-word="${name}"]`).textContent;

const places = new Places({ store: await openPlacesStore(), server: serverAt({ meUrl, placesUrl, signOutUrl }), who, clock: () => Date.now() });
places.addEventListener("change", paint);
await places.open();
addEventListener("online", sendAndShow);
await sendAndShow();

/** What was sent is not sent again, so the page loads anew once and no more; but where that cannot be kept, it would be. */
async function sendAndShow() {
  if ((await places.refresh()) && places.lasting) location.reload();
}

function paint() {
  const said = [places.waiting && word("waits"), places.othersWaiting && word("others")].filter(Boolean).join(" ");
  notice.textContent = said;
  notice.hidden = !said;
}
