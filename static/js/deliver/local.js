/*
 * What is local: numbers of the country, local services, the notice, and words for when the service is closed.
 *
 * It comes with me.json and is kept on the tablet, because help is needed most where there is no signal. Nothing here says who is signed
 * in, and contacts that are meant for workers go when nobody is.
 */

const LOCAL_KEY = "vein-care-local";
const NOTHING = { services: [], notices: [], help: {} };

/** The local parts of me.json. */
export function localOf({ services, notices, help }) {
  return { services: services ?? [], notices: notices ?? [], help: help ?? {} };
}

/** The same without what only workers need. */
export function forEverybody({ services, notices, help }) {
  return { services, notices, help: { ...help, safeguarding_contact: "", needlestick_contact: "" } };
}

/** Notices of this day. today: such as "2026-11-21"; days are compared as text, so this works without a server. */
export function noticesOn(today, notices) {
  return notices.filter(({ starts_on, ends_on }) => starts_on <= today && today <= ends_on);
}

/** Services near this site, its own before those of all sites, otherwise in the order given. site: an id, or undefined for any. */
export function servicesNear(site, services) {
  const near = services.filter((service) => service.site === null || site === undefined || service.site === site);
  return [...near.filter((service) => service.site !== null), ...near.filter((service) => service.site === null)];
}

/** Is it long ago that somebody made sure of this? */
export function isStale(today, { stale_on }) {
  return stale_on <= today;
}

export function readLocal() {
  try {
    return { ...NOTHING, ...JSON.parse(localStorage.getItem(LOCAL_KEY)) };
  } catch (unreadable) {
    return NOTHING;
  }
}

/** Where a browser keeps nothing, this lasts as long as the page. */
export function keepLocal(local) {
  const { services, notices, help } = local;
  const holdsSomething = services.length || notices.length || Object.values(help).some(Boolean);
  try {
    if (holdsSomething) localStorage.setItem(LOCAL_KEY, JSON.stringify(local));
    else localStorage.removeItem(LOCAL_KEY);
  } catch (refused) {
    return;
  }
}
