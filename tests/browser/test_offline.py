"""The tablet's page as an installed app, on a server that stops, changes, or is hidden behind somebody's wifi."""

import hashlib
import json
import re
import shutil
from urllib.parse import urljoin

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import session_cookie
from tests.browser.tablet import Tablet

NO_NETWORK = r"ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED"
IMPORT = re.compile(r"""(?:from|import|@import url)\s*\(?\s*["']([^"']+\.(?:js|css))["']""")
READY = """async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 20));
}"""
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    found[name] = {};
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      const headers = [...request.headers.keys(), ...answer.headers.keys()];
      found[name][new URL(request.url).pathname] = { headers, text: await answer.text() };
    }
  }
  return found;
}"""
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  const worker = registration.installing ?? registration.waiting;
  if (!worker) return null;
  while (!["installed", "activated", "redundant"].includes(worker.state)) {
    await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
  }
  return worker.state;
}"""
GONE = """async () => {
  const some = async () => (await navigator.serviceWorker.getRegistrations()).length + (await caches.keys()).length;
  while (await some()) await new Promise((done) => setTimeout(done, 20));
}"""
PICTURES = """() => {
  const shown = [...document.querySelectorAll("#screen img")].filter((each) => each.checkVisibility());
  return shown.map((each) => each.complete && each.naturalWidth > 0);
}"""


def installed(page, house, person):
    """Open the cards signed in, and wait until they would open without a network."""
    page.context.add_cookies([session_cookie(person, url=house.url)])
    page.goto(f"{house.url}/deliver/")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    page.evaluate(READY)
    return Tablet(page)


def needed(page, house):
    """Every address that the page needs, read from what the server sends: the shell's markup, what modules and sheets import, the deck."""
    get = page.context.request.get
    shell = get(f"{house.url}/deliver/").text()
    markup = re.sub(r'<link rel="(manifest|apple-touch-icon)"[^>]*>', "", shell)
    waiting = re.findall(r'(?:src|href|data-picture)="(/static/[^"]+)"', markup)
    deck = re.search(r'data-deck-url="([^"]+)"', shell)[1]
    found = {"/deliver/", deck}
    contents = get(house.url + deck).json()
    found |= {item["picture"] for item in contents["cards"] + contents["resources"] if item["picture"]}
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            if address.endswith((".js", ".css")):
                waiting += [urljoin(address, name) for name in IMPORT.findall(get(house.url + address).text())]
    return found


def can_be_installed(page):
    devtools = page.context.new_cdp_session(page)
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    assert devtools.send("Page.getAppManifest")["errors"] == []


def keeps_exactly_what_is_needed(page, house):
    """Of one version. Returns what is kept, by path."""
    [cached] = page.evaluate(CACHED).values()
    assert sorted(cached) == sorted(needed(page, house))
    return cached


def keeps_nothing_of_anybody(page, cached, person):
    private = of_somebody(page, person)
    assert [(path, value) for path, each in cached.items() for value in private if value in each["text"]] == []
    assert [path for path, each in cached.items() if {"set-cookie", "cookie", "tablet-token", "authorization"} & set(each["headers"])] == []


def asks_the_server_about_somebody_each_time(page, house):
    """Past the worker."""
    for path in ["/deliver/me.json", "/accounts/login/", reverse("sessions:my-work")]:
        before = len(house.asked())
        page.evaluate("path => fetch(path, { redirect: 'manual' }).then((answer) => answer.status)", path)
        assert path in [each.path for each in house.asked(since=before)]
    before = len(house.asked())
    page.goto(f"{house.url}/accounts/login/?next=/deliver/")
    assert "/accounts/login/" in [each.path for each in house.asked(since=before)]


def of_somebody(page, person):
    """Values that belong to this person, this tablet or this login."""
    me = page.evaluate("fetch('/deliver/me.json', { headers: { 'Tablet-Token': localStorage['vein-care-tablet'] } }).then((it) => it.json())")
    kept = page.evaluate("localStorage['vein-care-tablet']")
    cookies = [cookie["value"] for cookie in page.context.cookies()]
    ticket = me["ticket"]["value"]
    assert kept and cookies and ticket
    return [person.display_name, person.login_name, me["organisation"]["name"], me["sites"][0]["name"], ticket, kept, *cookies, "csrfmiddlewaretoken"]


def every_screen_is_there(tablet):
    """Without a network: home, the deck with all its pictures, a card on both sides, help, what is written down, this tablet, the cover."""
    page = tablet.page
    tablet.touch(page.get_by_role("button", name="Just the cards"))
    tablet.is_at("Cards")
    page.get_by_role("radio", name="All cards").tap()
    loaded = shown_pictures(page)
    assert len(loaded) == 10 and all(loaded)
    tablet.open_area("Water")
    assert all(shown_pictures(page))
    tablet.tap("Turn over")
    tablet.tap("Done")
    for link, heading in [("Get help now", "Get help now"), ("What we write down", "What we write down")]:
        tablet.touch(page.get_by_role("link", name=link))
        tablet.is_at(heading)
        assert all(shown_pictures(page))
        tablet.tap("Back")
    tablet.tap("Menu")
    tablet.touch(page.get_by_role("button", name="This tablet"))
    tablet.is_at("This tablet")
    tablet.tap("Back")
    tablet.tap("Cover")
    expect(tablet.cover).to_be_visible()
    page.wait_for_function("document.querySelector('.cover-picture').naturalWidth > 0")


def shown_pictures(page):
    page.wait_for_function(f"() => ({PICTURES})().every(Boolean)")
    return page.evaluate(PICTURES)


# A newer version


def with_another_picture(static_root, folder, name="art/ampoule.svg"):
    """A copy of collected files in which one picture was drawn anew. Returns (folder, the new name)."""
    copy = folder / "newer-static"
    shutil.copytree(static_root, copy)
    manifest = copy / "staticfiles.json"
    names = json.loads(manifest.read_text())
    content = (copy / names["paths"][name]).read_bytes() + b"<!-- drawn anew -->"
    newer = re.sub(r"\.[0-9a-f]{8}\.", f".{hashlib.md5(content).hexdigest()[:8]}.", names["paths"][name])
    (copy / newer).write_bytes(content)
    names["paths"][name] = newer
    manifest.write_text(json.dumps(names))
    return copy, f"/static/{newer}"


def comes_as_a_whole(page, house, picture):
    """A newer version of which one file comes from a portal, and then none: only what changed and has not come yet is fetched again."""
    old = page.evaluate(CACHED)
    house.captured.write_text(picture)
    assert page.evaluate(UPDATE) == "redundant"
    house.captured.write_text("")
    before = len(house.asked())
    assert [each for each in page.evaluate(CACHED).items() if each in old.items()] == [*old.items()]

    assert page.evaluate(UPDATE) == "installed"
    deck = re.search(r'data-deck-url="([^"]+)"', page.context.request.get(f"{house.url}/deliver/").text())[1]
    fetched = {each.path for each in house.asked(since=before)} - {"/deliver/me.json", deck}
    assert fetched == {"/deliver/worker.js", "/deliver/", picture}


def waits_for_the_end_of_the_session(tablet):
    """Nor does it interrupt what follows. At home it takes over, once."""
    page = tablet.page
    page.evaluate("window.isTheSamePage = true")
    tablet.tap("Turn over")
    tablet.tap("Talked about")
    tablet.tap("Finish")
    tablet.save()
    assert page.evaluate("window.isTheSamePage")
    tablet.tap("Home")
    page.wait_for_function("() => !window.isTheSamePage && document.body.dataset.screen === 'home'")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    page.evaluate("async () => { while ((await caches.keys()).length > 1) await new Promise((done) => setTimeout(done, 20)); }")


def test_the_cards_are_kept_whole_and_replaced_whole_open_without_a_network_or_a_server_and_go_when_they_are_to(
    house, profile, watcher, worker, tmp_path
):
    watcher.expect(f"{NO_NETWORK}|not the file that was asked for|ServiceWorker")
    house.open()
    page = profile()
    tablet = installed(page, house, worker)
    can_be_installed(page)
    page.reload()
    tablet.start("Harbour van")
    cached = keeps_exactly_what_is_needed(page, house)
    keeps_nothing_of_anybody(page, cached, worker)
    asks_the_server_about_somebody_each_time(page, house)

    page.goto(f"{house.url}/deliver/")
    tablet.tap("Go on with the session")
    tablet.open_area("Water")
    static_root, picture = with_another_picture(house.environment["STATIC_ROOT"], tmp_path)
    house.open(STATIC_ROOT=str(static_root), EMERGENCY_NUMBER="112")
    comes_as_a_whole(page, house, picture)
    waits_for_the_end_of_the_session(tablet)
    keeps_exactly_what_is_needed(page, house)

    # The browser is closed, the server stops, and there is no network.
    house.close()
    page = profile(offline=True)
    page.goto(f"{house.url}/deliver/?source=home-screen")
    tablet = Tablet(page)
    tablet.touch(page.get_by_role("link", name="Get help now"))
    expect(page.get_by_role("link", name="112")).to_be_visible()
    tablet.tap("Back")
    every_screen_is_there(tablet)

    # Where a service wants no worker any more, it goes with all that it kept, and the page comes from the server.
    house.open(WORKS_OFFLINE="0")
    page.context.set_offline(False)
    page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).catch(() => {})")
    page.evaluate(GONE)
    page.reload()
    assert page.evaluate("navigator.serviceWorker.controller || document.body.dataset.workerUrl") is None
