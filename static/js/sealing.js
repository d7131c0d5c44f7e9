/*
 * Seals a record to the server's public key, so that nothing on this tablet can read it back.
 * Compact JWE, ECDH-ES with A256GCM; the server accepts nothing else. Needs a secure context.
 */
import { CompactEncrypt, importJWK } from "../vendor/jose/index.js";

const ALGORITHMS = { alg: "ECDH-ES", enc: "A256GCM" };

/** The sealed record as one string. sealingKey is the JWK of me.json, with its kid. */
export async function seal(record, sealingKey) {
  const key = await importJWK(sealingKey, ALGORITHMS.alg);
  const bytes = new TextEncoder().encode(JSON.stringify(record));
  return new CompactEncrypt(bytes).setProtectedHeader({ ...ALGORITHMS, kid: sealingKey.kid }).encrypt(key);
}
