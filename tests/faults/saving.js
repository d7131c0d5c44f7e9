/*
 * For tests/faults: saves many sessions with the page's own modules, faster than fingers.
 * urls: addresses of modules; sessions: as state.js has them; changes: what to put in place of me.json's ticket, and so on.
 */
async ({ urls, sessions, holdMs, ticket, schema, meUrl }) => {
  const [{ openOutboxStore }, { Outbox, recordLocks }, { seal }, { buildRecord, heldAt, made }] = await Promise.all(
    urls.map((url) => import(url)),
  );
  const token = localStorage.getItem("vein-care-tablet").split(",")[0];
  const me = await (await fetch(meUrl, { headers: { "Tablet-Token": token }, cache: "no-store" })).json();
  const store = await openOutboxStore();
  const outbox = new Outbox({
    store,
    send: () => Promise.reject(new Error("this one only saves")),
    now: () => Date.now(),
    random: () => Math.random(),
    timer: { set: () => null, clear: () => {} },
    underLock: recordLocks(navigator.locks, () => Date.now()),
  });
  const boot = crypto.randomUUID();
  for (const session of sessions) {
    const record = buildRecord({
      session,
      ticket: ticket ?? me.ticket.value,
      deckRelease: me.deck.release,
      held: heldAt(new Date(), me.sites.find(({ id }) => id === session.site)?.time_zone),
      made: made({ date: new Date(), boot, elapsedMs: performance.now() }),
    });
    if (schema) record.schema = schema;
    const sealed = await seal(record, me.sealing_key);
    await outbox.add({ recordId: session.recordId, sealed, token, organisation: me.organisation.id, holdMs });
  }
};
