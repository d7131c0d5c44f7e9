"""A new version of the app or of the cards arrives meanwhile"""

import json
import os
import shutil
import subprocess
import sys

from joserfc import jwe
from joserfc.jwk import ECKey

from tests.faults.cases import case
from tests.faults.tablet import now
from vein_care.folders import ROOT

# How version 1 of the app kept a record. The shape must be readable for ever: tablets lie in cupboards.
AS_IN_VERSION_1 = """async ({ entries }) => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("vein-care", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("records", { keyPath: "record_id" });
    asked.onsuccess = () => resolve(asked.result);
  });
  const transaction = database.transaction("records", "readwrite");
  for (const entry of entries) transaction.objectStore("records").put(entry);
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  database.close();
}"""
NEW_TABLET = """async () => {
  const me = await (await fetch("/deliver/me.json", { headers: { "Tablet-Token": "new" } })).json();
  localStorage.setItem("vein-care-tablet", me.tablet.token);
  return me;
}"""


@case("A new version of the app with a full outbox")
def new_app(case):
    """The server is replaced by one with other modules while thirty records wait and a talk is under way.

    The open page finishes it; the new one sends all.
    """
    device = case.device().save_many(30, hold_seconds=60)
    device.begin_talk()
    case.world.stop_web()
    case.world.start_web(next_version(case.world))
    device.hands.save()
    device.remember_new()
    before = device.page.locator("script[type=module]").first.get_attribute("src")
    device.anew()
    assert device.page.locator("script[type=module]").first.get_attribute("src") != before
    device.save()
    device.let_it_go().is_empty()


def next_version(world):
    """The environment of the same server with changed modules. Files of the version before stay, as in production."""
    sources, root = world.folder / "next-static", world.folder / "next-root"
    environment = world.environment | {"DJANGO_SETTINGS_MODULE": "tests.faults.next_version", "STATIC_ROOT": str(root)}
    if root.is_dir():
        return environment
    shutil.copytree(ROOT / "static", sources)
    for name in ("outbox.js", "deliver/main.js", "deliver/app.js"):
        with (sources / "js" / name).open("a") as file:
            file.write("\nglobalThis.isNextVersion = true;\n")
    shutil.copytree(world.environment["STATIC_ROOT"], root)
    command = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment | {"PYTHONPATH": str(ROOT)}, check=True)
    return environment


@case("A new release of the cards with a full outbox")
def new_release(case):
    """Editors publish while records wait and a talk is under way. All belong to the release they were held with."""
    from cards import actions
    from cards.models import DeckRelease
    from vein_care.accounts.models import User

    device = case.device().save().save_many(5)
    device.begin_talk()
    editor = User.objects.get(login_name="eve")
    draft = DeckRelease.objects.filter(published_at=None).latest("pk")
    actions.publish_release(release=draft, by=editor, reason="Tried together with the tablets.")
    case.world.forget_rows()
    device.network_is_back()
    device.hands.save()
    device.remember_new()
    device.let_it_go().is_empty()
    device.anew().save_talk()
    device.let_it_go().is_empty()
    releases = {saved.facts["deck_release"] for saved in case.saved}
    assert len(releases) == 2, f"expected records of two releases: {releases}"
    case.kept_for_a_look(0)


@case("A card is recalled meanwhile")
def recalled(case):
    """A card is withdrawn after it was shown and before the record is sent. That it was shown stays true."""
    from cards import actions
    from cards.models import Card
    from vein_care.accounts.models import User

    device = case.device().save_talk("Water").save_many(3)
    editor = User.objects.get(login_name="eve")
    card = Card.objects.get(slug="ampoule")
    actions.recall_card(card=card, by=editor, reason="To try it.")
    case.world.forget_rows()
    try:
        device.let_it_go().is_empty()
    finally:
        card.refresh_from_db()
        actions.show_card_again(card=card, by=editor)
        case.world.forget_rows()
    case.kept_for_a_look(0)
    assert any(("ampoule", 1) in saved.facts["cards"] for saved in case.saved)


@case("An outbox as the first version of the app kept it")
def first_version(case):
    """A tablet has records that the very first version wrote, in each of its states. Today's version finds and sends them."""
    device = case.device(open_it=False)
    device.page = device.context.new_page()
    device.page.goto("/written/")
    me = device.page.evaluate(NEW_TABLET)
    states = ["waiting", "waiting", "held", "attention"]
    entries = [as_in_version_1(me, state, number) for number, state in enumerate(states)]
    device.page.evaluate(AS_IN_VERSION_1, {"entries": entries})
    device.remember_new(len(entries))
    device.anew()
    device.waits_for_attention(1)
    case.eventually(lambda: device.count() == 1, "all but one to go")
    device.try_again().is_empty()


def as_in_version_1(me, state, number):
    record_id = f"00000000-0000-4000-8000-{int(now().timestamp() * 1000) % 10**11 * 10 + number:012d}"
    site = me["sites"][0]
    session = {"site": site["id"], "setting": site["setting"], "held_on": now().date().isoformat(), "part_of_day": "evening"}
    session |= {"outcome": "declined", "reason": None, "moment": "not_asked", "private_space": None, "length_band": None}
    session |= {"areas_recorded": False, "areas": [], "mattered_most": None, "cards": [], "deck_release": 1}
    session |= {"resources_recorded": False, "resources": [], "signposts_recorded": False, "signposts": []}
    made = {"wall": now().strftime("%Y-%m-%dT%H:%M:%S.000Z"), "boot": "first", "elapsed_ms": 1000}
    record = {"schema": 1, "record_id": record_id, "ticket": me["ticket"]["value"], "made": made, "session": session}
    key = me["sealing_key"]
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": key["kid"]}
    at = int(now().timestamp() * 1000)
    return {
        "record_id": record_id,
        "sealed": jwe.encrypt_compact(header, json.dumps(record).encode(), ECKey.import_key(key)),
        "token": me["tablet"]["token"],
        "organisation": me["organisation"]["id"],
        "created": at,
        "send_after": at,
        "state": state,
        "tries": 1 if state == "attention" else 0,
        "last_answer": {"at": at, "status": 413, "error": "too_large", "message": None} if state == "attention" else None,
    }
