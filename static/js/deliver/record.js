/*
 * From a session to the record that is sealed and handed in, and the date and part of day it belongs to.
 * Pure: the moment is passed in.
 *
 * The codes are those of the data dictionary. There is no field for a word about the person.
 */

import { tookPlace } from "./state.js";

const WITHOUT_A_ROOM = new Set(["phone", "online_chat"]);

/** Does the question about a private space make sense for this setting? */
export function asksAboutPrivateSpace(setting) {
  return !WITHOUT_A_ROOM.has(setting);
}

/**
 * The record for a session.
 *
 * held: { on, partOfDay } at the site; deckRelease: only for a session that knows of no deck of its own; made: { wall, boot, elapsed_ms }; ticket: the worker's signed statement
 */
export function buildRecord({ session, ticket, deckRelease, held, made }) {
  return {
    schema: 1,
    record_id: session.recordId,
    ticket,
    made,
    session: {
      site: session.site,
      setting: session.setting,
      held_on: held.on,
      part_of_day: held.partOfDay,
      outcome: session.outcome,
      reason: session.outcome === "held" ? null : session.reason,
      cards: session.shown.map(({ slug, version }) => ({ slug, version })),
      deck_release: session.deck?.release ?? deckRelease,
      ...(tookPlace(session) ? conversation(session) : noConversation()),
    },
  };
}

function conversation(session) {
  return {
    moment: session.moment,
    private_space: asksAboutPrivateSpace(session.setting) ? session.privateSpace : null,
    length_band: session.lengthBand,
    areas_recorded: session.areas !== null,
    areas: session.areas ?? [],
    mattered_most: session.mattered,
    resources_recorded: session.resources !== null,
    resources: resourceRows(session.resources ?? {}),
    signposts_recorded: session.signposts !== null,
    signposts: session.signposts ?? [],
  };
}

function noConversation() {
  return {
    moment: "not_asked",
    private_space: null,
    length_band: null,
    areas_recorded: false,
    areas: [],
    mattered_most: null,
    resources_recorded: false,
    resources: [],
    signposts_recorded: false,
    signposts: [],
  };
}

function resourceRows(resources) {
  return Object.entries(resources).map(([code, { status, quantity }]) => ({ code, status, quantity }));
}

const PARTS_OF_DAY = [
  [5, "night"],
  [12, "morning"],
  [17, "afternoon"],
  [22, "evening"],
  [24, "night"],
];

/** "morning" 05–11:59, "afternoon" 12–16:59, "evening" 17–21:59, "night" 22–04:59. */
export function partOfDay(hour) {
  return PARTS_OF_DAY.find(([before]) => hour < before)[1];
}

/**
 * { on: "2026-11-21", partOfDay: "evening" } for a Date, in the site's time zone.
 *
 * After midnight, night belongs to the new calendar date. A zone the browser does not know falls back to its own.
 */
export function heldAt(date, timeZone) {
  const parts = Object.fromEntries(formatter(timeZone).formatToParts(date).map(({ type, value }) => [type, value]));
  return { on: `${parts.year}-${parts.month}-${parts.day}`, partOfDay: partOfDay(Number(parts.hour)) };
}

/** What a record keeps so that the server can see a clock that is off. elapsedMs counts from the page's opening. */
export function made({ date, boot, elapsedMs }) {
  return { wall: date.toISOString(), boot, elapsed_ms: Math.round(elapsedMs) };
}

function formatter(timeZone) {
  const fields = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", hourCycle: "h23" };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...fields, timeZone: timeZone || undefined });
  } catch (unknownZone) {
    return new Intl.DateTimeFormat("en-GB", fields);
  }
}
