"""Loading the shipped course: release 1 at first, a draft when files changed, nothing when nothing changed."""

import pytest
from django.core.management import CommandError, call_command

from cards.actions import recall_card
from cards.models import Card
from tests.factories import CardVersionFactory, ReleaseFactory
from tests.training.course_files import change, write_module
from training import contents, coursefile, rendering
from training.actions.course import load_course
from training.models import Check, CourseRelease, Lesson, ModuleVersion
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path):
    write_module(tmp_path, "why-vein-care", position=1)
    write_module(tmp_path, "peers", position=2, title="Peers")
    return tmp_path


def read(root):
    return coursefile.read_course(root).modules


def counts():
    return [model.objects.count() for model in [ModuleVersion, Lesson, Check, CourseRelease]]


def test_empty_database_gets_release_one_with_everything_the_files_say(root):
    release = load_course(read(root))

    assert release.number == 1
    assert AuditEvent.objects.get(type="course.published").details == {"number": 1}
    versions = ModuleVersion.objects.current().select_related("module").prefetch_related("lessons", "checks")
    assert [contents.from_version(version) for version in versions] == [module.contents for module in read(root)]
    assert versions[0].sources == ["K-T3", "ours", "app"]


def test_loading_again_changes_nothing(root):
    load_course(read(root))
    before = counts()

    assert load_course(read(root)) is None
    assert counts() == before


def test_a_changed_lesson_becomes_a_new_version_in_a_draft(root):
    first = load_course(read(root))
    change(root / "en-GB" / "peers" / "2-second.md", "The second lesson", "Another title")

    draft = load_course(read(root))

    assert draft.number is None
    assert draft.based_on == first
    assert CourseRelease.objects.current() == first
    assert list(draft.versions.order_by("places__position").values_list("module__slug", "number")) == [("why-vein-care", 1), ("peers", 2)]
    assert draft.versions.get(module__slug="peers").lessons.get(position=2).title == "Another title"
    assert load_course(read(root)) is None


def test_a_new_module_waits_in_a_draft(root):
    load_course(read(root))
    write_module(root, "safety", position=3, title="Safety")

    draft = load_course(read(root))

    assert draft.versions.count() == 3
    assert ModuleVersion.objects.current().count() == 2


def test_the_command_says_what_it_did_with_the_shipped_course(capsys):
    call_command("load_course")
    call_command("load_course")

    out = capsys.readouterr().out.splitlines()
    assert out == [f"Loaded {ModuleVersion.objects.count()} modules as release 1.", "The course is as shipped; nothing to load."]


def test_the_command_names_file_line_and_rule_and_loads_nothing(root):
    change(root / "en-GB" / "peers" / "2-second.md", "- A light [app].", "- A light.")

    with pytest.raises(CommandError, match=r"Nothing was loaded.*\nen-GB/peers/2-second.md:12: source-missing: “A light.” names no source"):
        call_command("load_course", folder=root)

    assert counts() == [0, 0, 0, 0]


def test_the_command_can_check_alone(root, capsys):
    call_command("load_course", folder=root, check=True)

    assert capsys.readouterr().out == "2 modules read, nothing to put right.\n"
    assert counts() == [0, 0, 0, 0]


def test_every_picture_of_the_shipped_course_is_one_of_the_shipped_deck():
    call_command("load_deck", verbosity=0)
    pictures = rendering.card_pictures()

    texts = [lesson.body for module in coursefile.read_course().modules for lesson in module.contents.lessons]

    shown = [screen.html for text in texts for screen in rendering.screens_of(text, pictures=pictures)]
    assert shown
    assert not [html for html in shown if "Picture:" in html]


def test_the_picture_of_a_recalled_card_is_no_longer_shown(editor):
    call_command("load_deck", verbosity=0)
    recall_card(card=Card.objects.get(slug="ampoule"), by=editor, reason="The picture misleads.")

    pictures = rendering.card_pictures()

    assert "ampoule" not in pictures
    assert len(pictures) == Card.objects.count() - 1


@pytest.mark.parametrize("card_count", [1, 3])
def test_pictures_of_the_deck_take_two_statements(card_count, django_assert_num_queries):
    ReleaseFactory(versions=CardVersionFactory.create_batch(card_count))

    with django_assert_num_queries(2):
        assert len(rendering.card_pictures()) == card_count
