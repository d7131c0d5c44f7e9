/*
 * A PIN's key is derived with a thousand rounds, however many are asked for: the real number takes a third of a second each time.
 *
 * Tests under node import this, and pages of the browser tests begin with it (tests/browser/devices.py). The whole number is asked for in
 * vault.test.js, and gone through in tests/faults/case_13_without_a_network.py.
 */

if (globalThis.SubtleCrypto) {
  const { deriveKey } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.deriveKey = function (how, ...more) {
    return deriveKey.call(this, { ...how, iterations: Math.min(how.iterations, 1000) }, ...more);
  };
}
