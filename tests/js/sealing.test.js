import assert from "node:assert/strict";
import { test } from "node:test";
import { compactDecrypt } from "jose";

import { seal } from "../../static/js/sealing.js";

test("only the holder of the private key can open a sealed record, and it names its key", async () => {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const jwk = { ...(await crypto.subtle.exportKey("jwk", publicKey)), kid: "2026-11", alg: "ECDH-ES" };

  const sealed = await seal({ record_id: "r1", session: { outcome: "held" } }, jwk);

  assert.equal(sealed.split(".").length, 5);
  assert.ok(!sealed.includes("held"));
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(plaintext)), { record_id: "r1", session: { outcome: "held" } });
  assert.deepEqual([protectedHeader.alg, protectedHeader.enc, protectedHeader.kid], ["ECDH-ES", "A256GCM", "2026-11"]);
});
