/*
 * Forms that sign somebody out: <form data-signs-out="12">. Whoever signs out is taken off this browser, too, so that no PIN of theirs works here.
 */
export function takeOffWhoSignsOut() {
  document.addEventListener("submit", async (event) => {
    const worker = Number(event.target.dataset.signsOut);
    if (!worker) return;
    event.preventDefault();
    await forget(worker);
    event.target.submit();
  });
}

/** Where nothing is kept, or the browser refuses, there is nothing to take off; signing out goes on. */
async function forget(worker) {
  try {
    const { openVaultStore } = await import("../vault-store.js");
    await (await openVaultStore(crypto)).remove(worker);
  } catch (refused) {
    return;
  }
}
