/*
 * One session, from Start to Save. Pure: reduce(session, event) returns the session after the event.
 *
 * areas, resources and signposts are null while nobody has touched them ("not recorded"), and empty
 * when the worker said there were none. The two are different facts and stay different.
 */

/**
 * A session in which nothing has happened yet. `kept` overrides single values.
 *
 * deck: { release, url } of the cards it is held with, from beginning to end; held: the day of one that was saved
 * before; changing: is such a record held back in the outbox until this is saved again?
 */
export function newSession({ recordId, worker = null, site, setting, deck = null, ...kept }) {
  return {
    recordId,
    worker,
    site,
    setting,
    deck,
    outcome: "held",
    reason: null,
    moment: "not_asked",
    privateSpace: null,
    lengthBand: null,
    shown: [],
    areas: null,
    mattered: null,
    resources: null,
    signposts: null,
    held: null,
    changing: false,
    ...kept,
  };
}

/** The same talk with someone else beside the first: what was shown and talked about stays, the rest is blank. */
export function sameAgain(session, recordId) {
  const { worker, site, setting, deck, shown, areas } = session;
  return newSession({ recordId, worker, site, setting, deck, shown, areas });
}

const steps = {
  /** The cards came after the session had begun. */
  deck(session, { release, url }) {
    return session.deck ? session : { ...session, deck: { release, url } };
  },

  shown(session, { slug, version, area }) {
    if (session.shown.some((card) => card.slug === slug)) return session;
    return { ...session, shown: [...session.shown, { slug, version, area }] };
  },

  area(session, { code }) {
    const areas = toggled(session.areas, code);
    return { ...session, areas, mattered: areas?.includes(session.mattered) ? session.mattered : null };
  },

  noAreas(session) {
    return { ...session, areas: isNone(session.areas) ? null : [], mattered: null };
  },

  mattered(session, { code }) {
    if (!session.areas?.includes(code)) return session;
    return { ...session, mattered: otherwise(session.mattered, code, null) };
  },

  /** status null takes the resource off the list again; a quantity counts only for what was given. */
  resource(session, { code, status, quantity = null }) {
    const { [code]: _, ...resources } = session.resources ?? {};
    if (status) resources[code] = { status, quantity: status === "given" ? quantity : null };
    return { ...session, resources: Object.keys(resources).length ? resources : null };
  },

  /** A tap on a card: given, or taken back. What was counted in wrap up is changed there, and no tap here loses it. */
  carried(session, { code }) {
    const now = session.resources?.[code];
    if (now?.status === "given" && now.quantity !== null) return session;
    return steps.resource(session, { code, status: now?.status === "given" ? null : "given" });
  },

  noResources(session) {
    const none = session.resources && Object.keys(session.resources).length === 0;
    return { ...session, resources: none ? null : {} };
  },

  signpost(session, { code }) {
    return { ...session, signposts: toggled(session.signposts, code) };
  },

  noSignposts(session) {
    return { ...session, signposts: isNone(session.signposts) ? null : [] };
  },

  moment(session, { code }) {
    return { ...session, moment: otherwise(session.moment, code, "not_asked") };
  },

  privateSpace(session, { value }) {
    return { ...session, privateSpace: otherwise(session.privateSpace, value, null) };
  },

  lengthBand(session, { code }) {
    return { ...session, lengthBand: otherwise(session.lengthBand, code, null) };
  },

  setting(session, { code }) {
    return { ...session, setting: code };
  },

  stoppedEarly(session) {
    return { ...session, outcome: session.outcome === "cut_short" ? "held" : "cut_short", reason: null };
  },

  reason(session, { code }) {
    return { ...session, reason: otherwise(session.reason, code, null) };
  },

  notToday(session, { outcome, reason = null }) {
    return { ...session, outcome, reason };
  },

  /** In wrap up after all: what was "not today" before is a conversation again. */
  tookPlace(session) {
    return tookPlace(session) ? session : { ...session, outcome: "held", reason: null };
  },
};

/** Was there a conversation, to its end or not? */
export function tookPlace({ outcome }) {
  return outcome === "held" || outcome === "cut_short";
}

/** Slugs of the cards that are worth taking along: those shown about what was talked about, or else all that were shown. */
export function cardsToGive({ shown, areas }) {
  const about = shown.filter(({ area }) => areas?.includes(area));
  return (about.length ? about : shown).map(({ slug }) => slug);
}

/** The session after an event { type, … }. An unknown type is a mistake in the page and throws. */
export function reduce(session, event) {
  if (!Object.hasOwn(steps, event.type)) throw new Error(`no such step: ${event.type}`);
  return steps[event.type](session, event);
}

/** Area codes in the order wrap up shows them: talked about, then shown, then the rest. */
export function areasInOrder(session, all) {
  const first = [...(session.areas ?? []), ...session.shown.map((card) => card.area)];
  return [...new Set([...first.filter((code) => all.includes(code)), ...all])];
}

function toggled(list, code) {
  const had = list?.includes(code);
  const next = had ? list.filter((each) => each !== code) : [...(list ?? []), code];
  return next.length ? next : null;
}

function isNone(list) {
  return list !== null && list.length === 0;
}

function otherwise(current, chosen, blank) {
  return current === chosen ? blank : chosen;
}
