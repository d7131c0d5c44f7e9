"""vein_care/accounts/management/commands/prepare.py: one command that brings an installation up to date."""

import shutil

import pytest
from django.core.management import call_command

from cards.models import DeckRelease
from sessions import sealing
from sessions.models import CardSession
from vein_care.accounts.management.commands import prepare
from vein_care.accounts.models import Organisation


@pytest.fixture
def own_static_files(settings, tmp_path):
    """A folder of static sources with one style sheet, collected with hashed names. Returns (sources, collected)."""
    sources, collected = tmp_path / "sources", tmp_path / "collected"
    sources.mkdir()
    (sources / "page.css").write_text("h1 { margin: 0 }")
    settings.STATICFILES_DIRS = [sources]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # leaves out the files of apps, which only take time
    settings.STATIC_ROOT = collected
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "vein_care.storage.HashedStaticFilesStorage"}}
    return sources, collected


def pages(collected):
    return sorted(path.name for path in collected.glob("page.*.css"))


def test_static_files_are_collected_once_and_again_after_a_change(own_static_files):
    sources, collected = own_static_files
    prepare.collect_static_files()
    before = pages(collected)
    (collected / before[0]).write_text("touched, so that a second collection would show")

    prepare.collect_static_files()
    unchanged = (collected / before[0]).read_text()
    (sources / "page.css").write_text("h1 { margin: 1rem }")
    prepare.collect_static_files()

    assert len(before) == 1
    assert unchanged.startswith("touched")
    assert len(set(pages(collected)) - set(before)) == 1


@pytest.mark.parametrize(("is_demo", "kept"), [(True, 1), (False, 2)])
def test_only_a_demo_throws_earlier_static_files_away(own_static_files, settings, is_demo, kept):
    sources, collected = own_static_files
    settings.VEIN_CARE_DEMO = is_demo
    prepare.collect_static_files()
    (sources / "page.css").write_text("h1 { margin: 1rem }")

    prepare.collect_static_files()

    assert len(pages(collected)) == kept


def test_static_files_that_were_deleted_are_collected_again(own_static_files):
    _, collected = own_static_files
    prepare.collect_static_files()
    shutil.rmtree(collected)

    prepare.collect_static_files()

    assert len(pages(collected)) == 1


@pytest.mark.django_db
def test_preparing_a_demo_twice_leaves_one_release_one_key_and_the_same_made_up_data(settings):
    settings.VEIN_CARE_DEMO = True
    call_command("prepare")
    before = Organisation.objects.count(), CardSession.objects.count(), DeckRelease.objects.count(), sealing.newest_kid()

    call_command("prepare")

    assert before[:3] >= (1, 1, 1)
    assert (Organisation.objects.count(), CardSession.objects.count(), DeckRelease.objects.count(), sealing.newest_kid()) == before
    assert DeckRelease.objects.exclude(published_at=None).count() == 1


@pytest.mark.django_db
def test_preparing_a_real_installation_makes_nobody_up():
    call_command("prepare")

    assert DeckRelease.objects.count() == 1
    assert not Organisation.objects.exists()
