/*
 * The rescue file: sealed records as text, for when a tablet cannot send them itself. Pure.
 *
 * JSON lines: first what it is, where it belongs and how many records follow; then one record a line. A file that is cut short
 * still gives the records of its whole lines, and shows that some are missing. docs/reference/hand-in.md describes it.
 */

/** { name, text } for entries of the outbox, the oldest first. origin: such as "https://cards.example"; savedOn: "2026-11-22". */
export function rescueFile(entries, { origin, savedOn }) {
  const oldestFirst = [...entries].sort((a, b) => a.created - b.created);
  const lines = [
    { vein_care_rescue: 1, origin, saved_on: savedOn, records: entries.length },
    ...oldestFirst.map(({ record_id, sealed }) => ({ record_id, sealed })),
  ];
  return { name: `cards-rescue-${savedOn}.jsonl`, text: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
}
