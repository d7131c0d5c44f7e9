/*
 * What becomes of a record after an answer from the server. Pure.
 *
 * Only a receipt that names this record and these bytes lets the tablet forget it: a hotel's or a café's
 * sign-on page answers 200 to everything. There is no branch that drops a record for any other reason.
 */

const RECEIPT_STATUSES = new Set([200, 201, 202]);
/** What this server itself says of a record that it cannot take. The same status from a proxy or a sign-on page says nothing of the record. */
const ATTENTION = {
  401: ["unknown_tablet", "revoked_tablet"],
  413: ["too_large"],
  422: ["unknown_key", "broken_seal", "not_a_record"],
};

/**
 * Returns "forget", "retry" or "attention".
 *
 * answer: { status, contentType, body, error }: body is the parsed JSON or null; error is set when no answer came
 * sent: { recordId, sealedSha256 } of what was sent
 */
export function fate(answer, sent) {
  if (answer.error) return "retry";
  if (RECEIPT_STATUSES.has(answer.status)) {
    return receiptIn(answer, sent) ? "forget" : "retry";
  }
  return isOurs(answer) ? "attention" : "retry";
}

function isOurs({ status, contentType, body }) {
  return isJson(contentType) && Boolean(ATTENTION[status]?.includes(body?.error));
}

/** The receipt in this answer if it is valid for what was sent, otherwise null. */
export function receiptIn(answer, sent) {
  if (!isJson(answer.contentType)) return null;
  const receipt = answer.body?.receipt;
  if (!receipt || !sent.recordId || !sent.sealedSha256) return null;
  const names = receipt.record_id === sent.recordId;
  const sameBytes = receipt.sealed_sha256 === sent.sealedSha256;
  return names && sameBytes ? receipt : null;
}

function isJson(contentType) {
  return (contentType ?? "").split(";")[0].trim().toLowerCase() === "application/json";
}

/**
 * What a record is waiting for, in one word: "undo" (it may still be taken back), "turn" (nothing but its turn), "network",
 * "portal" (something else answered, as networks do that want a sign-on first), "pause" (the server asked for one) or
 * "server" (it could not take it).
 *
 * entry: { tries, send_after, last_answer } of the outbox, or what Send now came to; now: milliseconds since 1970
 */
export function waitsFor({ tries, send_after, last_answer }, now) {
  if (!last_answer) return !tries && send_after > now ? "undo" : "turn";
  const { status, asked_until } = last_answer;
  if (asked_until > now) return "pause";
  if (status === null) return "network";
  const isElsewhere = (status >= 200 && status < 400) || status === 511;
  return isElsewhere ? "portal" : "server";
}

/** What somebody has to know about a record that needs attention: "tablet", "size", "key" or "seal". */
export function needs({ last_answer }) {
  if (last_answer?.status === 401) return "tablet";
  if (last_answer?.status === 413) return "size";
  return last_answer?.error === "unknown_key" ? "key" : "seal";
}
