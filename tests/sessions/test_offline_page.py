"""sessions/offline.py: what installs the tablet's page, and the list of what its service worker keeps."""

import contextlib
import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from PIL import Image

from cards import actions, content_files, deckfile, stored_pictures
from cards.models import Picture
from sessions import deliver
from tests.collected import collected_static_files
from tests.factories import CardVersionFactory, ReleaseFactory
from vein_care import memory
from vein_care.folders import ROOT

HASHED = django_settings.STORAGES
LOADS = {("script", "src"), ("link", "href"), ("img", "src"), ("li", "data-picture")}
IMPORT = re.compile(r"""(?:from|import|@import url)\s*\(?\s*["'](\.{0,2}[^"']+\.(?:js|css))["']""")


@pytest.fixture(scope="module")
def collected():
    return collected_static_files()


@pytest.fixture
def hashed(settings, collected):
    """Static files as they are served: with a digest in each name."""
    settings.STATIC_ROOT = collected
    settings.STORAGES = HASHED
    memory.forget()
    return collected


@pytest.fixture
def shipped_deck(db):
    actions.load_deck(deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards)
    memory.forget()


class Named(HTMLParser):
    """What a page loads by itself or shows later, without what only installing asks for."""

    def __init__(self, text):
        super().__init__()
        self.addresses = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if found.get("rel") not in {"manifest", "apple-touch-icon"}:
            self.addresses |= {value for name, value in attributes if (tag, name) in LOADS and value}


def imports_of(address, folder):
    """Addresses that a collected module or style sheet imports, and what those import."""
    text = (folder / address.removeprefix("/static/")).read_text()
    direct = {urljoin(address, name) for name in IMPORT.findall(text)}
    return direct.union(*(imports_of(each, folder) for each in direct))


def listed(client):
    """What /deliver/worker.js hands to the script."""
    body = client.get(reverse("deliver:worker")).text
    return json.loads(re.match(r"self\.offline=(.*);\n", body)[1])


# Installing


def test_the_manifest_names_the_app_neutrally_and_starts_it_at_the_cards(client, db):
    answer = client.get("/deliver/manifest.webmanifest")

    assert answer["Content-Type"] == "application/manifest+json"
    contents = answer.json()
    icons = contents.pop("icons")
    assert contents == {
        "id": "/deliver/",
        "name": "Cards",
        "short_name": "Cards",
        "lang": "en-gb",
        "start_url": "/deliver/",
        "scope": "/deliver/",
        "display": "standalone",
        "background_color": "#f6efe4",
        "theme_color": "#f6efe4",
    }
    assert [(icon["src"], icon["sizes"], icon["purpose"]) for icon in icons] == [
        ("/static/icons/cards-192.png", "192x192", "any"),
        ("/static/icons/cards-512.png", "512x512", "any"),
        ("/static/icons/cards-maskable-512.png", "512x512", "maskable"),
    ]


@pytest.mark.parametrize(
    ("name", "size", "is_opaque"),
    [("cards-192", 192, False), ("cards-512", 512, False), ("cards-maskable-512", 512, True), ("cards-touch-180", 180, True)],
)
def test_the_icons_have_the_size_they_say_and_those_that_systems_cut_to_shape_fill_it(name, size, is_opaque):
    with Image.open(ROOT / "static" / "icons" / f"{name}.png") as icon:
        assert icon.size == (size, size)
        assert (icon.convert("RGBA").getextrema()[3][0] == 255) == is_opaque


def test_the_colours_of_the_window_are_those_of_the_page(client, db):
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text()
    shell = client.get("/deliver/").text

    for palette, scheme in [("paper", "light"), ("night", "dark")]:
        colour = re.search(rf"--palette-{palette}: (#\w+);", tokens)[1]
        assert f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">' in shell


@pytest.mark.parametrize("name", ["manifest", "worker"])
def test_what_installs_the_page_is_public_and_the_same_for_everyone_and_asked_for_anew(client, worker, name):
    address = reverse(f"deliver:{name}")
    first = client.get(address)
    client.force_login(worker)

    second = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert first.content == second.content
    assert not first.cookies and not second.cookies
    assert first["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert "Cookie" not in first.get("Vary", "")


# The list


def test_the_list_is_exactly_what_the_page_its_modules_and_the_deck_need(client, shipped_deck, hashed):
    shell = client.get("/deliver/").text
    named = {address for address in Named(shell).addresses if address.startswith("/static/")}
    loaded = named.union(*(imports_of(address, hashed) for address in named if address.endswith((".js", ".css"))))
    deck = json.loads(client.get(deliver.deck_url()).content)
    pictures = {item["picture"] for item in deck["cards"] + deck["resources"] if item["picture"]}

    found = listed(client)["files"]

    assert sorted(found) == sorted(loaded | pictures | {deliver.deck_url()})
    assert len(found) == len(set(found)) > 100


def test_browsers_may_keep_everything_listed_for_ever(client, shipped_deck, hashed):
    static_files = [address for address in listed(client)["files"] if address.startswith("/static/")]

    kept = set()
    for address in static_files:
        with contextlib.closing(client.get(address)) as answer:
            kept.add(answer["Cache-Control"])

    assert kept == {"max-age=315360000, public, immutable"}


def test_everything_listed_has_a_digest_in_its_address_and_exists(client, shipped_deck, hashed):
    found = listed(client)["files"]

    static_files = [address for address in found if address.startswith("/static/")]
    assert [address for address in static_files if not re.search(r"\.[0-9a-f]{8}\.\w+$", address)] == []
    assert [address for address in static_files if not (hashed / address.removeprefix("/static/")).is_file()] == []
    assert [address for address in found if address not in static_files] == [deliver.deck_url()]


def test_lazily_loaded_modules_are_listed(client, release, hashed):
    names = {re.sub(r"\.[0-9a-f]{8}", "", urlsplit(address).path) for address in listed(client)["files"]}

    assert {"/static/js/sealing.js", "/static/js/deliver/share.js", "/static/vendor/jose/index.js", "/static/vendor/idb/index.js"} <= names


def test_uploaded_pictures_are_listed(client, db, hashed):
    uploaded = stored_pictures.store(b"any bytes", Picture.Kind.WEBP)
    ReleaseFactory(versions=[CardVersionFactory(slug="ampoule", area="water", drawing=uploaded)])
    address = reverse("cards:picture", args=[uploaded.digest])

    found = listed(client)

    assert address in found["files"]
    assert any(address.startswith(start) for start in found["later"]["files"])


def test_nothing_of_anybody_is_listed(client, release):
    found = listed(client)

    assert [path for path in found["files"] if not path.startswith(("/static/", "/deliver/deck/"))] == []
    assert found["shell"]["path"] == "/deliver/"


def test_the_digest_of_the_page_is_the_one_it_is_sent_with(client, release):
    assert f'"{listed(client)["shell"]["digest"]}"' in client.get("/deliver/")["ETag"]


def test_before_the_first_release_the_page_alone_is_listed(client, db):
    assert [path for path in listed(client)["files"] if path.startswith("/deliver/")] == []


def test_a_new_release_makes_a_new_worker_but_not_a_new_version_of_the_app(client, release):
    before, version = listed(client), app_version(client)
    ReleaseFactory(versions=[CardVersionFactory(slug="dry-pads", area="hygiene")])
    memory.forget()

    after = listed(client)

    assert after["version"] != before["version"]
    assert after["shell"]["digest"] != before["shell"]["digest"]
    assert app_version(client) == version


def test_other_words_on_the_page_make_a_new_version_of_the_app(client, release, settings):
    before, version = listed(client), app_version(client)
    settings.EMERGENCY_NUMBER = "112"
    memory.forget()

    assert listed(client)["version"] != before["version"]
    assert app_version(client) != version
    assert re.fullmatch(r"\d[\w.]*\+[0-9a-f]{8}", version)


def app_version(client):
    return re.search(r'data-app-version="([^"]+)"', client.get("/deliver/").text)[1]


def test_the_script_follows_the_list(client, release, hashed):
    body = client.get(reverse("deliver:worker"))

    assert body["Content-Type"] == "text/javascript; charset=utf-8"
    script = re.search(r'importScripts\("/static/(js/worker\.[0-9a-f]{8}\.js)"\);', body.text)[1]
    assert (hashed / script).is_file()


def test_switched_off_the_page_asks_for_no_worker_and_one_that_is_there_leaves(client, release, settings):
    settings.WORKS_OFFLINE = False
    memory.forget()

    assert client.get(reverse("deliver:worker")).text == 'importScripts("/static/js/worker-leaves.js");\n'
    assert "data-worker-url" not in client.get("/deliver/").text


def test_switched_on_the_page_names_the_worker(client, release):
    assert 'data-worker-url="/deliver/worker.js"' in client.get("/deliver/").text
