import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";

import { memoryVaultStore, openVaultStore } from "../../static/js/vault-store.js";
import { isPoorPin, NotKept, Vault, WrongPin } from "../../static/js/vault.js";
import "./few-rounds.js";

const PIN = "274961";

function meOf(id, initials, more = {}) {
  return {
    worker: { id, initials, display_name: `Name of ${initials}` },
    ticket: { value: `ticket of ${initials}`, expires_at: "2026-12-20T00:00:00Z" },
    tablet: { token: "the token" },
    ...more,
  };
}

async function vaultWith(...all) {
  const store = memoryVaultStore(crypto);
  const vault = new Vault({ store, crypto });
  for (const me of all) await vault.keep(me, PIN);
  return { store, vault };
}

test("the PIN gives back everything that was known, and nothing of it can be read without", async () => {
  const me = meOf(7, "JM");
  const { store, vault } = await vaultWith(me);

  const { me: opened } = await vault.open(7, PIN);

  assert.deepEqual(opened, me);
  const [{ wrapped, ...rest }] = await store.all();
  for (const secret of ["ticket of JM", "Name of JM", "the token", PIN]) {
    assert.ok(!JSON.stringify(rest).includes(secret));
    assert.ok(!new TextDecoder("latin1").decode(wrapped).includes(secret));
  }
});

test("a PIN is only as quick to try as 600,000 rounds are, and the entry says how many it took", async (t) => {
  const { mock } = t.mock.method(SubtleCrypto.prototype, "deriveKey");
  const { store, vault } = await vaultWith(meOf(7, "JM"));

  await vault.open(7, PIN);

  const asked = mock.calls.map(({ arguments: [{ name, hash, iterations }] }) => [name, hash, iterations]);
  assert.deepEqual(asked, [["PBKDF2", "SHA-256", 600_000], ["PBKDF2", "SHA-256", 600_000]]);
  assert.equal((await store.get(7)).rounds, 600_000);
});

test("those with a PIN are listed by initials", async () => {
  const { vault } = await vaultWith(meOf(8, "KB"), meOf(7, "JM"));

  assert.deepEqual(await vault.workers(), [
    { worker: 7, initials: "JM" },
    { worker: 8, initials: "KB" },
  ]);
});

test("whatever the clock of the tablet says, a ticket opens", async () => {
  const { vault } = await vaultWith(meOf(9, "ZZ", { ticket: { value: "t", expires_at: "2020-01-01T00:00:00Z" } }));

  assert.equal((await vault.open(9, PIN)).me.ticket.value, "t");
});

test("after five wrong tries nothing is left to try, and a right one in between begins the count anew", async () => {
  const { store, vault } = await vaultWith(meOf(7, "JM"));
  const left = async (pin) => (await vault.open(7, pin).catch((reason) => reason)).left;

  assert.deepEqual([await left("111111"), await left("222222")], [4, 3]);
  await vault.open(7, PIN);
  const tries = [];
  for (let turn = 0; turn < 5; turn++) tries.push(await left("333333"));

  assert.deepEqual(tries, [4, 3, 2, 1, 0]);
  assert.deepEqual(await store.all(), []);
  await assert.rejects(vault.open(7, PIN), NotKept);
});

test("a try counts before it is made, so that closing the page in the middle gives none for free", async () => {
  const { store } = await vaultWith(meOf(7, "JM"));
  const stuck = { ...crypto, subtle: { importKey: () => Promise.reject(new Error("the page was closed")) } };

  await assert.rejects(new Vault({ store, crypto: stuck }).open(7, PIN));

  assert.equal((await store.get(7)).tries, 1);
});

const later = meOf(7, "JM", { ticket: { value: "a new one", expires_at: "2027-01-20T00:00:00Z" } });

test("a ticket is renewed without the PIN, and tries that were counted stay counted", async () => {
  const { store, vault } = await vaultWith(meOf(7, "JM"));
  const { keyed } = await vault.open(7, PIN);
  await assert.rejects(vault.open(7, "111111"), WrongPin);

  await vault.renew(later, keyed);

  assert.equal((await store.get(7)).tries, 1);
  assert.equal((await vault.open(7, PIN)).me.ticket.value, "a new one");
});

test("whoever signed out does not come back with a renewal, nor does a PIN that was changed, nor another worker under this PIN", async () => {
  const { store, vault } = await vaultWith(meOf(7, "JM"), meOf(8, "KB"));
  const { keyed } = await vault.open(7, PIN);

  await vault.keep(meOf(7, "JM"), "805213");
  await vault.renew(later, keyed);
  await assert.rejects(vault.open(7, PIN), WrongPin);
  assert.equal((await vault.open(7, "805213")).me.ticket.value, "ticket of JM");

  await vault.renew(meOf(8, "KB", { ticket: { value: "a new one", expires_at: "" } }), keyed);
  assert.equal((await vault.open(8, PIN)).me.ticket.value, "ticket of KB");

  await vault.drop(7);
  await vault.renew(later, keyed);
  assert.equal(await store.get(7), undefined);
});

test("two workers with the same initials can be told apart, also after one of them has changed their PIN", async () => {
  const { vault } = await vaultWith(meOf(7, "JM"));

  assert.equal((await vault.keep(meOf(9, "JM"), PIN)).initials, "JM 2");
  assert.equal((await vault.keep(meOf(9, "JM"), "805213")).initials, "JM 2");
  assert.equal((await vault.keep(meOf(7, "JM"), "805213")).initials, "JM");
});

test("who may not go on in a service is taken off, and nobody of another one", async () => {
  const { vault } = await vaultWith(meOf(7, "JM", { organisation: { id: 1 } }), meOf(8, "KB", { organisation: { id: 1 } }), meOf(9, "ZZ", { organisation: { id: 2 } }));
  await vault.keepCounter({ worker: null });

  await vault.keepOnly({ organisation: 1, workers: [8] });

  assert.deepEqual((await vault.workers()).map(({ initials }) => initials), ["KB", "ZZ"]);
  assert.ok(await vault.counter());
});

test("what was copied to another browser cannot be opened there, not even with the PIN", async () => {
  const { store, vault } = await vaultWith(meOf(7, "JM"));
  const elsewhere = memoryVaultStore(crypto);
  await elsewhere.put(await store.get(7));

  await assert.rejects(new Vault({ store: elsewhere, crypto }).open(7, PIN), WrongPin);
  assert.ok(await vault.open(7, PIN));
});

test("IndexedDB keeps entries and one key that cannot be read out", async () => {
  const store = await openVaultStore(crypto);
  const vault = new Vault({ store, crypto });
  await vault.keep(meOf(7, "JM"), PIN);

  const [one, other] = await Promise.all([store.browserKey(), (await openVaultStore(crypto)).browserKey()]);

  assert.equal(one.extractable, false);
  assert.equal(other.extractable, false);
  assert.deepEqual((await new Vault({ store: await openVaultStore(crypto), crypto }).open(7, PIN)).me, meOf(7, "JM"));
});

test("a counter tablet's entry is not among the workers", async () => {
  const { vault } = await vaultWith(meOf(7, "JM"));
  await vault.keepCounter({ worker: null, sites: [{ id: 1 }] });

  assert.deepEqual(await vault.workers(), [{ worker: 7, initials: "JM" }]);
  assert.deepEqual(await vault.counter(), { worker: null, sites: [{ id: 1 }] });
});

test("numbers that anybody would try first are poor", () => {
  for (const poor of ["000000", "123456", "987654", "444444"]) assert.ok(isPoorPin(poor), poor);
  for (const good of ["274961", "112233", "102030"]) assert.ok(!isPoorPin(good), good);
});
