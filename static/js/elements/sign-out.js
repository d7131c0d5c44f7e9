/*
 * Signing out and in at the desk, on a browser that is also a tablet.
 *   <form data-signs-out="12">   whoever signs out is taken off the tablet, too: no PIN of theirs works here, no open page of the cards has them
 *   <form data-signs-in>         a login that was to end is replaced by this one, which must not end in its place
 */
const PATIENCE_MS = 4_000;
const ENDS_KEY = "vein-care-sign-out";
const LEARNER_KEY = "vein-care-learner";

export function watchSigningInAndOut() {
  document.addEventListener("submit", async (event) => {
    if ("signsIn" in event.target.dataset) forget(ENDS_KEY, LEARNER_KEY);
    const worker = Number(event.target.dataset.signsOut);
    if (!worker) return;
    event.preventDefault();
    forget(LEARNER_KEY);
    // An answer that is still on its way may say once more who is here.
    addEventListener("pagehide", () => forget(LEARNER_KEY));
    noteEnd(worker);
    tell({ worker: null, out: worker, at: Date.now() });
    await Promise.race([takeOff(worker), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    event.target.submit();
  });
}

/** Where nothing is kept, or the browser refuses, there is nothing to take off; signing out goes on. */
async function takeOff(worker) {
  try {
    const { openVaultStore } = await import("../vault-store.js");
    await (await openVaultStore(crypto)).remove(worker);
    tell({}); // to look again whom a PIN lets begin
  } catch (refused) {
    return;
  }
}

/** An open page of the cards asks at once who is here, perhaps before this form has come: then it ends the login first. */
function noteEnd(worker) {
  try {
    const waiting = (localStorage.getItem(ENDS_KEY) ?? "").split(",").filter(Boolean);
    localStorage.setItem(ENDS_KEY, [...new Set([...waiting, `out ${worker}`])].join(","));
  } catch (refused) {
    return;
  }
}

/** Other pages of this browser, as in deliver/who.js. */
function tell(deed) {
  if (globalThis.BroadcastChannel) new BroadcastChannel("vein-care").postMessage(deed);
}

/** Whose sign-out waits to be told, and under whose key lessons keep a place: neither concerns whoever comes next. */
function forget(...keys) {
  try {
    keys.forEach((key) => localStorage.removeItem(key));
  } catch (refused) {
    return;
  }
}
