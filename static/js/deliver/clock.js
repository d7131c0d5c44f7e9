/*
 * Date and part of day at a site, and what a record says about the tablet's clock. Pure: the moment is passed in.
 */

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
