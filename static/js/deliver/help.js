/*
 * Get help now on the tablet: the public text with the numbers of the country, and below it what is local.
 */
import { codes, dateWords, fromTemplate, labelOf, notice, show, word } from "./dom.js";
import { heldAt } from "./record.js";

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

/** A quiet word for the worker after a hard talk, as [name, values] of a sentence. site: where they are today, or null. */
export function debriefOf(site) {
  return site?.support_contact ? ["debrief_call", { contact: site.support_contact }] : ["debrief"];
}

export function helpScreen(app) {
  const { root, parts } = fromTemplate("screen-help");
  app.addEventListener("me", () => app.screens.current === "help" && paint());
  return { root, enter: paint };

  function paint() {
    const { services, help } = app.local;
    putNumbers(root, help);
    parts.notices.replaceChildren(...currentNotices(app));
    say(parts.outOfHoursSection, parts.outOfHours, help.out_of_hours);
    const near = servicesNear(app.site?.id, services);
    parts.services.replaceChildren(...near.map((service) => serviceRow(app, service)));
    show(parts.servicesSection, near.length);
    say(parts.safeguardingSection, parts.safeguarding, help.safeguarding_contact);
    say(parts.needlestickSection, parts.needlestick, help.needlestick_contact);
    const isLocal = help.safeguarding_contact || help.needlestick_contact;
    show(parts.elsewhere, isLocal);
    parts.debrief.textContent = word(...debriefOf(app.site));
    show(parts.debrief, app.me?.can_deliver);
    show(parts.workers, isLocal || app.me?.can_deliver);
  }
}

/** The notice of today as a box for the top of a screen, or nothing. */
export function currentNotices(app) {
  return noticesOn(today(app), app.local.notices).map(({ text, ends_on }) =>
    notice({ title: word("notice_until", { date: dateWords(ends_on) }), text }),
  );
}

/** One local service: who, when, how, and how sure. */
export function serviceRow(app, service) {
  const { root, parts } = fromTemplate("service");
  const { picture } = codes("signposts").find(({ code }) => code === service.kind) ?? {};
  show(parts.picture, picture);
  if (picture) parts.picture.src = picture;
  parts.name.textContent = service.name;
  parts.kind.textContent = labelOf("signposts", service.kind);
  parts.hours.textContent = service.hours;
  show(parts.hours, service.hours);
  show(parts.walkIn, service.walk_in === true);
  show(parts.byAppointment, service.walk_in === false);
  const checked = isStale(today(app), service) ? "service_stale" : "service_checked";
  parts.checked.textContent = word(checked, { date: dateWords(service.checked_on) });
  wayTo(parts.phone, service.phone && `tel:${service.phone.replaceAll(" ", "")}`);
  parts.phone.textContent = service.phone;
  parts.phone.setAttribute("aria-label", word("service_call", { name: service.name, number: service.phone }));
  wayTo(parts.link, service.link);
  parts.link.setAttribute("aria-label", word("service_website", { name: service.name }));
  return root;
}

function today(app) {
  return heldAt(new Date(), app.site?.time_zone).on;
}

function wayTo(link, address) {
  show(link, address);
  if (address) link.href = address;
}

function say(section, place, text) {
  place.textContent = text ?? "";
  show(section, text);
}

/** The page came with the numbers of the installation; a service may be in another country. */
function putNumbers(root, { emergency_number: emergency, advice_number: advice }) {
  if (!emergency) return;
  const numbers = { emergency, advice };
  for (const each of root.querySelectorAll("[data-number]")) each.textContent = numbers[each.dataset.number];
  for (const each of root.querySelectorAll("[data-call]")) each.href = `tel:${numbers[each.dataset.call].replaceAll(" ", "")}`;
  for (const each of root.querySelectorAll("[data-advice]")) show(each, (each.dataset.advice === "some") === Boolean(advice));
}
