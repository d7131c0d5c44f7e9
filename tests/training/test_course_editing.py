"""Editing the course: draft → what changed in words → review → publish → go back, by the same code as the deck."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from cards import refusals
from tests.factories import UserFactory
from tests.training.course_files import change, write_module
from training import contents, course_texts, coursefile
from training.actions.course import COURSE, load_course
from training.course_pages import COURSE_PAGES
from training.models import CourseRelease, Module, ModuleDraft, ModuleVersion
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path):
    write_module(tmp_path, "why-vein-care", position=1)
    write_module(tmp_path, "peers", position=2, title="Peers")
    return tmp_path


@pytest.fixture
def course(root):
    return load_course(coursefile.read_course(root).modules)


@pytest.fixture
def draft(course, editor):
    return COURSE.begin_draft(by=editor)


@pytest.fixture
def other_editor():
    return UserFactory(organisation=None, roles=["editor"], display_name="Ada Reid")


@pytest.fixture
def as_editor(editor):
    client = Client()
    client.force_login(editor)
    return client


def address(draft, name="module-edit"):
    return reverse(f"training:{name}", args=[draft.pk, "peers"])


def form_data(page):
    """What the form on a page would send as it stands."""
    text = page.content.decode()
    values = {name: html.unescape(value) for name, value in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL)}
    for tag in re.findall(r"<input[^>]*>", text):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") in {"text", "number", "date", "hidden"} or (attributes.get("type") == "checkbox" and " checked" in tag):
            values[attributes["name"]] = html.unescape(attributes.get("value", "on" if attributes.get("type") == "checkbox" else ""))
    return values


def entry(draft):
    return COURSE_PAGES.entries_of(draft)[Module.objects.get(slug="peers").pk]


def save(client, draft, **changed):
    data = form_data(client.get(address(draft)))
    assert set(changed) <= set(data) | {"check_1_answer_1_fits"}
    return client.post(address(draft), data | changed)


def test_what_the_form_shows_saved_again_changes_nothing(as_editor, draft):
    answer = save(as_editor, draft)

    assert answer.status_code == 302
    assert not ModuleDraft.objects.exists()


def test_every_part_of_a_module_can_be_changed(as_editor, draft, editor):
    body = entry(draft).contents["lessons"][1]["body"].replace("- A light [app].", "- A lamp [app].")
    answer = save(
        as_editor,
        draft,
        title="Peers at work",
        summary="What peers bring.",
        expires_after_months="0",
        outcomes="- Say what peers bring.\nName a boundary.\n\nSay who stands behind you.",
        lesson_2_title="Another title",
        lesson_2=body.replace("\n", "\r\n"),
        check_1_scenario="Someone shrugs.",
        check_1_sources="K-T3 app",
        check_1_answer_2_feedback="It may be  too soon.",
    )

    assert answer.status_code == 302
    saved = entry(draft).contents
    assert (saved["title"], saved["summary"], saved["expires_after_months"]) == (
        "Peers at work",
        "What peers bring.",
        0,
    )
    assert saved["outcomes"] == ["Say what peers bring.", "Name a boundary.", "Say who stands behind you."]
    assert saved["lessons"][1] == {"title": "Another title", "body": body}
    assert saved["checks"][0]["scenario"] == "Someone shrugs."
    assert saved["checks"][0]["sources"] == ["K-T3", "app"]
    assert saved["checks"][0]["answers"][1]["feedback"] == "It may be too soon."
    assert AuditEvent.objects.get(type="module.edited").details == {
        "slug": "peers",
        "changed": ["checks", "expires_after_months", "lessons", "outcomes", "summary", "title"],
    }


REFUSED = [
    ({"title": "Wash your hands"}, "“Wash your hands” tells people what to do; name a thing or ask instead."),
    ({"title": ""}, "Fill this in: a module is shown whole or not at all."),
    ({"minutes": "45"}, "Enter a number from 10 to 20."),
    ({"minutes": "20"}, "The words and checks take about"),
    ({"reviewed_on": "2999-01-01"}, "This day is still to come. Enter today or an earlier day."),
    ({"outcomes": "Only one."}, "There are 1 outcomes; write 3 to 5"),
    ({"check_1_sources": "K-T3, NOBODY"}, "“NOBODY” is not the key of a source we know"),
    ({"check_1_question": "Say it."}, "“Say it.” is not a question; end it with a question mark."),
    ({"facilitator_notes": "Few words."}, "The facilitator notes have 2 words"),
    ({"lesson_1": "## One\r\n\r\n<script>alert(1)</script>"}, "Line 3: Take out the HTML tag; Markdown alone is shown."),
    ({"lesson_1": "## One\r\n\r\nA [link](javascript:alert(1)) [ours]."}, "Line 3: Take out the link"),
    ({"lesson_1": "## One\r\n\r\nA fact."}, "Line 3: “A fact.” names no source"),
    ({"lesson_1": "## One\r\n\r\n![x](https://example.org/huge.png)"}, "is not a picture of ours"),
    ({"lesson_1": "## One\r\n\r\n![x](card:nothing)"}, "No card of the deck is called “nothing”"),
]


@pytest.mark.parametrize(("changed", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_the_rules_of_files_hold_in_the_form_and_nothing_typed_is_lost(as_editor, draft, changed, sentence):
    answer = save(as_editor, draft, **changed)

    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert sentence in page
    assert {name: form_data(answer)[name] for name in changed} == changed
    assert "<script>alert" not in answer.content.decode()
    assert not ModuleDraft.objects.exists()


def test_an_answer_has_to_fit(as_editor, draft):
    data = form_data(as_editor.get(address(draft)))
    del data["check_1_answer_1_fits"]

    answer = as_editor.post(address(draft), data)

    assert "Tick “fits well” for one answer at least." in answer.content.decode()


def test_a_look_first_saves_nothing_and_shows_the_text(as_editor, draft):
    data = form_data(as_editor.get(address(draft)))
    answer = as_editor.post(address(draft), data | {"lesson_1": "## A new screen\r\n\r\nA **new** fact [K-T3].", "preview": "1"})

    page = answer.content.decode()
    assert "<h3>A new screen</h3><p>A <strong>new</strong> fact" in page
    assert not ModuleDraft.objects.exists()


def test_of_two_who_write_at_once_the_second_is_told_what_differs(as_editor, draft, other_editor):
    opened = form_data(as_editor.get(address(draft)))
    theirs = course_texts.put(entry(draft).contents, course_texts.flat(entry(draft).contents) | {"summary": "Theirs."})
    COURSE.save_contents(release=draft, part=Module.objects.get(slug="peers"), contents=theirs, revision=1, by=other_editor)

    answer = as_editor.post(address(draft), opened | {"summary": "Mine."})

    page = answer.content.decode()
    assert "Ada Reid saved this module at" in page
    assert "Theirs." in page
    assert form_data(answer)["summary"] == "Mine."
    assert entry(draft).contents["summary"] == "Theirs."
    assert as_editor.post(address(draft), form_data(answer)).status_code == 302
    assert entry(draft).contents["summary"] == "Mine."


def test_words_typed_into_a_draft_that_was_thrown_away_can_be_copied(as_editor, draft, editor):
    data, there = form_data(as_editor.get(address(draft))), address(draft)
    COURSE.discard_draft(release=draft, by=editor)

    answer = as_editor.post(there, data | {"lesson_2": "Some words of mine."})

    assert answer.status_code == 409
    assert "Some words of mine." in answer.content.decode()
    assert "Lesson 2: text" in answer.content.decode()


def test_a_draft_says_in_words_what_is_changed(as_editor, draft):
    save(as_editor, draft, summary="What this module is really about.")

    page = as_editor.get(reverse("training:course-release-detail", args=[draft.pk])).content.decode()

    assert "1 module differs" in page
    assert "<dt>In one sentence</dt>" in page
    assert re.search(r"What this module is\s*<ins>.*really</ins>\s*about\.", page)


def test_a_long_text_shows_only_what_is_around_the_change(as_editor, draft):
    body = entry(draft).contents["lessons"][0]["body"]
    save(as_editor, draft, lesson_1=body.replace("- A light", "- A lamp"))

    (change,), _gone = COURSE_PAGES.changes(COURSE_PAGES.entries_of(CourseRelease.objects.current()), COURSE_PAGES.entries_of(draft))

    ((label, pieces),) = change.parts
    assert label == "Lesson 1: text"
    assert [piece.words for piece in pieces if piece.kind != "same"] == ["light", "lamp"]
    assert sum(len(piece.words.split()) for piece in pieces) < 60


def test_the_language_check_speaks_beside_the_field_and_on_the_draft(as_editor, draft):
    save(as_editor, draft, check_1_scenario="An addict looks at the card.")

    page = as_editor.get(address(draft)).content.decode()
    assert re.search(r'aria-label="Language check: Scene 1: the scene"><li>“addict”', page)
    assert "The language check has 1 remark." in as_editor.get(reverse("training:course-release-detail", args=[draft.pk])).content.decode()


def test_a_text_beyond_all_measure_is_refused_and_kept(as_editor, draft):
    answer = save(as_editor, draft, lesson_1="![" * 50_000)

    assert "The text has 100001 characters; use 12000 or fewer." in answer.content.decode()
    assert form_data(answer)["lesson_1"] == "![" * 50_000


def test_editors_hear_of_shipped_modules_what_the_check_of_files_says():
    for module in coursefile.read_course().modules:
        assert course_texts.findings_of(module.contents.slug, course_texts.flat(contents.to_json(module.contents))) == {}


def test_a_draft_goes_through_review_to_a_release_and_back(as_editor, draft, editor, other_editor, course):
    second = Client()
    second.force_login(other_editor)
    save(as_editor, draft, summary="What peers bring.")
    release_url = reverse("training:course-release-detail", args=[draft.pk])

    as_editor.post(reverse("training:course-review-ask", args=[draft.pk]))
    asked = re.search(r'name="asked" value="([^"]+)"', second.get(release_url).content.decode())[1]
    second.post(reverse("training:course-review-give", args=[draft.pk]), {"asked": html.unescape(asked)})
    as_editor.post(reverse("training:course-release-publish", args=[draft.pk]))

    draft.refresh_from_db()
    assert (draft.number, draft.reviewed_by, draft.reason_alone) == (2, other_editor, "")
    now = ModuleVersion.objects.current()
    assert [(version.module.slug, version.number, version.summary, version.written_by) for version in now] == [
        ("why-vein-care", 1, "What this module is about.", None),
        ("peers", 2, "What peers bring.", editor),
    ]
    assert now[1].lessons.count() == 3
    assert now[1].sources == ["K-T3", "ours", "app"]

    as_editor.post(reverse("training:course-release-back", args=[course.pk]), {"reason": "The summary misleads."})

    assert [version.number for version in ModuleVersion.objects.current()] == [1, 1]
    assert CourseRelease.objects.current().number == 3
    types = ["course.published", "course.draft_begun", "module.edited", "course.review_asked", "course.reviewed", "course.gone_back"]
    assert set(types) <= set(AuditEvent.objects.values_list("type", flat=True))


def test_changed_words_go_without_the_clinician_who_read_the_earlier_ones(root, as_editor, editor):
    change(root / "en-GB" / "peers" / "module.md", 'clinical_reviewer = ""', 'clinical_reviewer = "Dr A. Nurse"')
    load_course(coursefile.read_course(root).modules)
    draft = COURSE.begin_draft(by=editor)

    save(as_editor, draft, summary="What peers bring.")
    COURSE.publish_release(release=draft, by=editor, reason="Alone here.")

    reviewers = ModuleVersion.objects.filter(module__slug="peers").order_by("number").values_list("clinical_reviewer", flat=True)
    assert list(reviewers) == ["Dr A. Nurse", ""]


def test_publishing_alone_takes_a_reason(as_editor, draft):
    save(as_editor, draft, summary="What peers bring.")
    publish = reverse("training:course-release-publish", args=[draft.pk])

    refused = as_editor.post(publish, {"reason": ""})
    as_editor.post(publish, {"reason": "A wrong number in it."})

    assert "Say why, in a few words." in refused.content.decode()
    draft.refresh_from_db()
    assert (draft.number, draft.reason_alone) == (2, "A wrong number in it.")


def test_writers_do_not_read_their_own_draft(as_editor, draft, editor):
    save(as_editor, draft, summary="What peers bring.")
    COURSE.ask_for_review(release=draft, by=editor)

    with pytest.raises(refusals.NotYours):
        COURSE.give_review(release=draft, by=editor)


def test_a_change_takes_the_review_back(as_editor, draft, other_editor):
    COURSE.give_review(release=draft, by=other_editor)

    save(as_editor, draft, summary="What peers bring.")

    draft.refresh_from_db()
    assert draft.reviewed_at is None


def test_an_upgrade_keeps_what_editors_published_and_a_draft_can_catch_up(as_editor, draft, editor, root):
    save(as_editor, draft, summary="What peers bring.")
    COURSE.publish_release(release=draft, by=editor, reason="Alone here.")
    own = COURSE.begin_draft(by=editor)
    change(root / "en-GB" / "why-vein-care" / "module.md", "What this module is about.", "Why this matters.")
    upgrade = load_course(coursefile.read_course(root).modules)

    assert [version.summary for version in upgrade.versions.order_by("places__position")] == ["Why this matters.", "What peers bring."]
    COURSE.publish_release(release=upgrade, by=editor, reason="Read it.")
    with pytest.raises(refusals.DeckMovedOn):
        COURSE.publish_release(release=own, by=editor, reason="x")
    COURSE.bring_up_to_date(release=own, by=editor)
    assert [version.summary for version in own.versions.order_by("places__position")] == ["Why this matters.", "What peers bring."]


def test_an_earlier_version_can_be_put_into_a_draft(as_editor, draft, editor):
    save(as_editor, draft, summary="What peers bring.")
    COURSE.publish_release(release=draft, by=editor, reason="Alone here.")
    own = COURSE.begin_draft(by=editor)
    first = ModuleVersion.objects.get(module__slug="peers", number=1)

    answer = as_editor.post(address(own, "module-version"), {"version": first.pk, "revision": entry(own).revision})

    assert answer.status_code == 302
    assert entry(own).contents["summary"] == "What this module is about."


def test_the_course_lists_its_modules_and_those_due_for_a_review(as_editor, course):
    page = as_editor.get(reverse("training:course")).content.decode()
    module = as_editor.get(reverse("training:module-detail", args=["peers"])).content.decode()

    assert page.index("Why vein care") < page.index("Peers")
    assert "Release 1" in page
    assert "The first screen" in module
    assert 'id="source-K-T3"' in module


def test_a_module_that_is_not_in_a_draft_is_not_found(as_editor, draft):
    assert as_editor.get(reverse("training:module-edit", args=[draft.pk, "unheard-of"])).status_code == 404
    assert as_editor.get(reverse("training:module-detail", args=["unheard-of"])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_statements_whatever_the_size(as_editor, tmp_path, editor, count, django_assert_num_queries):
    for position in range(1, count + 1):
        write_module(tmp_path, f"module-{position}", position=position)
    load_course(coursefile.read_course(tmp_path).modules)
    drafts = [COURSE.begin_draft(by=editor) for _each in range(count)]
    as_editor.get(reverse("training:course"))

    with django_assert_num_queries(15):
        as_editor.get(reverse("training:course"))
    with django_assert_num_queries(14):
        as_editor.get(reverse("training:course-release-detail", args=[drafts[0].pk]))
