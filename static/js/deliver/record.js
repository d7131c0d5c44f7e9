/*
 * From a session to the record that is sealed and handed in. Pure.
 *
 * The codes are those of the data dictionary. There is no field for a word about the person.
 */

const TOOK_PLACE = new Set(["held", "cut_short"]);
const WITHOUT_A_ROOM = new Set(["phone", "online_chat"]);

/** Does the question about a private space make sense for this setting? */
export function asksAboutPrivateSpace(setting) {
  return !WITHOUT_A_ROOM.has(setting);
}

/**
 * The record for a session.
 *
 * held: { on, partOfDay } at the site; made: { wall, boot, elapsed_ms }; ticket: the worker's signed statement
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
      deck_release: deckRelease,
      ...(TOOK_PLACE.has(session.outcome) ? conversation(session) : noConversation()),
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
