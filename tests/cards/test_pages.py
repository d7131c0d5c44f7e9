"""The editors' pages. Who may open them is in tests/access.py."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cards import actions, content_files, deckfile, editing, presenters, stored_pictures
from cards.models import Card, CardDraft, DeckRelease, Picture
from tests.cards import bad_pictures as bad
from tests.factories import CardVersionFactory, ReleaseFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {
    "title": "Which water?",
    "line": "A new ampoule comes first.",
    "alt": "An ampoule.",
    "say": "Lots of people run short.",
    "ask_first": "What water is there?",
    "ask_second": "What else is there?",
    "offer": "We can look at how many would be enough.",
    "how_sure": "Guidance says so.",
}


@pytest.fixture
def draft(release, editor):
    return editing.begin_draft(by=editor)


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def other_desk(django_db_setup, db):
    from django.test import Client

    client = Client()
    client.force_login(UserFactory(organisation=None, roles=["editor"], display_name="Max Bond"))
    return client


def typed(revision=1, **changed):
    facts = {"strength": "GUID", "sources": "NHSI", "hand_over": ["water_ampoules"], "reviewed_on": "2026-11-21", "revision": revision}
    return WORDS | facts | changed


def edit_url(draft, slug="ampoule"):
    return reverse("cards:card-edit", args=[draft.pk, slug])


def errors(response):
    return {name: list(said) for name, said in response.context["form"].errors.items()}


# Words


def test_saved_words_come_back_with_what_is_changed(desk, draft):
    response = desk.post(edit_url(draft), typed(), follow=True)

    assert "Saved in the draft." in response.text
    assert CardDraft.objects.get().title == "Which water?"
    assert '<ins><span class="visually-hidden">put in: </span>Which water?</ins>' in response.text
    assert '<del><span class="visually-hidden">taken out: </span>words</del>' in response.text


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("title", "", "Fill this in"),
        ("title", "Wash your hands", "tells people what to do"),
        ("title", "One two three four five six seven", "say it in 6 or fewer"),
        ("title", "x" * 61, "This has 61 letters"),
        ("line", "word " * 15, "say it in 14 or fewer"),
        ("say", "One. Two.", "use at most 1"),
        ("ask_first", "Tell me.", "end it with a question mark"),
        ("ask_second", "Why do you?", "can sound like blame"),
        ("how_sure", "One. Two. Three.", "use at most 2"),
        ("sources", "NOSUCH", "“NOSUCH” is not the key of a source we know"),
        ("sources", " , ", "Name one source"),
        ("strength", "MAGIC", "Select a valid choice"),
        ("hand_over", ["no_such_thing"], "Select a valid choice"),
        ("reviewed_on", "2999-01-01", "still to come"),
        ("reviewed_on", "yesterday", "Enter a day"),
    ],
)
def test_bad_words_are_refused_at_their_field_and_nothing_typed_is_lost(desk, draft, part, value, said):
    response = desk.post(edit_url(draft), typed(**{part: value}))

    told = errors(response)
    assert list(told) == [part]
    assert said in told[part][0]
    assert WORDS["offer"] in response.text
    assert not CardDraft.objects.exists()


def test_language_check_speaks_beside_its_field_also_on_a_refused_form(desk, draft):
    response = desk.post(edit_url(draft), typed(say="Addicts use clean needles. Another."))

    row = next(row for row in response.context["rows"] if row["field"].name == "say")
    assert [finding.split(":")[0] for finding in row["findings"]] == ["“Addicts”", "“clean needles”"]
    assert "The language check has 2 remarks" in response.text


def test_words_that_look_like_tags_are_shown_as_words(desk, draft):
    response = desk.post(edit_url(draft), typed(offer="<script>alert(1)</script> <b>Bold</b>"), follow=True)

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text


def test_of_two_editors_the_second_loses_nothing_and_sees_what_differs(desk, other_desk, draft):
    desk.post(edit_url(draft), typed(line="From Eve, a new ampoule."))

    response = other_desk.post(edit_url(draft), typed(line="From Max, a new ampoule."))

    assert "Eve Shaw saved this card at" in response.text
    assert "From Max, a new ampoule." in response.text
    assert CardDraft.objects.get().line == "From Eve, a new ampoule."
    assert [str(label) for label, _pieces in response.context["theirs"]] == ["Line"]

    again = other_desk.post(edit_url(draft), typed(line="From both.", revision=response.context["form"]["revision"].value()))

    assert (again.status_code, CardDraft.objects.get().line) == (302, "From both.")


def test_words_for_a_draft_that_is_over_are_shown_and_not_saved(desk, draft, editor):
    desk.post(edit_url(draft), typed(title="Which one?"))
    actions.publish_release(release=draft, by=editor, reason="Urgent.")

    response = desk.post(edit_url(draft), typed(line="Typed too late."))

    assert "published meanwhile" in response.text
    assert "Typed too late." in response.text


def test_words_for_a_draft_that_was_thrown_away_can_still_be_copied(desk, draft, editor):
    editing.discard_draft(release=DeckRelease.objects.get(pk=draft.pk), by=editor)

    response = desk.post(edit_url(draft), typed(line="Typed too late."))

    assert response.status_code == 409
    assert "This draft was thrown away meanwhile" in response.text
    assert "Typed too late." in response.text


def test_published_release_has_nothing_to_edit(desk, release):
    response = desk.get(edit_url(release), follow=True)

    assert "its cards never change" in response.text


def test_another_version_can_be_chosen_for_a_draft(desk, draft, editor):
    desk.post(edit_url(draft), typed())
    actions.publish_release(release=draft, by=editor, reason="Urgent.")
    again = editing.begin_draft(by=editor)
    card = Card.objects.get(slug="ampoule")

    desk.post(reverse("cards:card-version", args=[again.pk, "ampoule"]), {"version": card.versions.get(number=1).pk, "revision": 2})

    assert again.versions.get(card=card).number == 1
    other = CardVersionFactory(slug="other")
    response = desk.post(reverse("cards:card-version", args=[again.pk, "ampoule"]), {"version": other.pk, "revision": 1}, follow=True)
    assert "Choose one of the versions of this card." in response.text


# Releases


def test_review_by_another_editor_then_publish_then_go_back(desk, other_desk, draft, release):
    desk.post(edit_url(draft), typed())
    desk.post(reverse("cards:review-ask", args=[draft.pk]))
    mine = desk.post(reverse("cards:review-give", args=[draft.pk]), follow=True)
    assert "another editor has to read it" in mine.text

    asked = other_desk.get(reverse("cards:release-detail", args=[draft.pk])).context["asked"]
    other_desk.post(reverse("cards:review-give", args=[draft.pk]), {"asked": asked})
    done = desk.post(reverse("cards:release-publish", args=[draft.pk]), follow=True)
    assert "Release 2 is published" in done.text

    again = desk.post(reverse("cards:release-publish", args=[draft.pk]), follow=True)
    assert "published already" in again.text
    back = desk.post(reverse("cards:release-back", args=[release.pk]), {"reason": "The line was wrong."}, follow=True)
    assert "Release 3 has the cards of release 1" in back.text


def test_review_of_a_page_that_changed_since_is_not_given(desk, other_desk, draft, editor):
    address = reverse("cards:release-detail", args=[draft.pk])
    desk.post(edit_url(draft), typed())
    desk.post(reverse("cards:review-ask", args=[draft.pk]))
    read = other_desk.get(address).context["asked"]
    desk.post(edit_url(draft), typed(revision=CardDraft.objects.get().revision, title="Slipped in"))
    desk.post(reverse("cards:review-ask", args=[draft.pk]))

    response = other_desk.post(reverse("cards:review-give", args=[draft.pk]), {"asked": read}, follow=True)

    draft.refresh_from_db()
    assert (draft.reviewed_at, "changed since you opened it" in response.text) == (None, True)
    other_desk.post(reverse("cards:review-give", args=[draft.pk]), {"asked": other_desk.get(address).context["asked"]})
    draft.refresh_from_db()
    assert draft.reviewed_at


@pytest.mark.parametrize("name", ["cards:release-publish", "cards:release-readers"])
def test_draft_that_somebody_changed_since_the_page_was_opened_is_looked_at_again(desk, other_desk, draft, name):
    desk.post(edit_url(draft), typed())
    address = reverse(name, args=[draft.pk])
    opened = desk.get(address)
    seen = opened.context["form"]["seen"].value()
    assert f'<input type="hidden" name="seen" value="{seen}"' in opened.text
    other_desk.post(edit_url(draft), typed(revision=CardDraft.objects.get().revision, title="Slipped in"))
    today = datetime.date.today().isoformat()
    data = {"reason": "Urgent.", "clinician": "A nurse", "clinician_on": today, "lived_experience": "Kim", "lived_experience_on": today}

    response = desk.post(address, data | {"seen": seen}, follow=True)

    draft.refresh_from_db()
    assert (draft.published_at, draft.clinician) == (None, "")
    assert "changed since you opened this page" in response.text
    desk.post(address, data | {"seen": desk.get(address).context["form"]["seen"].value()})
    draft.refresh_from_db()
    assert draft.published_at or draft.clinician


def test_publishing_alone_without_a_reason_is_refused(desk, draft):
    desk.post(edit_url(draft), typed())

    response = desk.post(reverse("cards:release-publish", args=[draft.pk]), {"reason": "  "})

    assert errors(response) == {"reason": ["Say why, in a few words."]}
    assert DeckRelease.objects.current().number == 1


def test_draft_that_changes_nothing_is_not_published(desk, draft):
    response = desk.post(reverse("cards:release-publish", args=[draft.pk]), {"reason": "To see."}, follow=True)

    assert "Nothing is changed in this draft" in response.text


def test_release_is_not_clinically_reviewed_until_both_names_and_days_are_entered(desk, release):
    url = reverse("cards:release-readers", args=[release.pk])
    names = {"clinician": "A. Nurse, RGN", "clinician_on": "2026-11-20", "lived_experience": "Kim"}
    assert "Not yet clinically reviewed" in desk.get(reverse("cards:deck")).text

    assert errors(desk.post(url, names)) == {"lived_experience_on": ["Enter the day they read it."]}
    assert list(errors(desk.post(url, names | {"lived_experience_on": "2999-01-01"}))) == ["lived_experience_on"]
    desk.post(url, names | {"lived_experience_on": "2026-11-21"})

    page = desk.get(reverse("cards:deck")).text
    assert "Not yet clinically reviewed" not in page
    assert "Read by A. Nurse, RGN and Kim" in page


def test_deck_page_lists_overdue_recalled_and_drafts(desk, editor):
    ReleaseFactory(versions=[CardVersionFactory(slug="old", reviewed_on=datetime.date(2020, 1, 1)), CardVersionFactory(slug="new")])
    editing.begin_draft(by=editor)
    desk.post(reverse("cards:card-recall", args=["new"]), {"reason": "The picture misleads."})

    page = desk.get(reverse("cards:deck")).text

    assert "Due since 31 December 2020" in page
    assert "The picture misleads." in page
    assert "Draft by Eve Shaw" in page


def test_recall_without_a_reason_is_refused(desk, release):
    response = desk.post(reverse("cards:card-recall", args=["ampoule"]), {"reason": ""})

    assert errors(response) == {"reason": ["Say why, in a few words."]}
    assert Card.objects.get(slug="ampoule").recalled_at is None


@pytest.mark.parametrize("name", ["cards:deck", "cards:release-detail", "cards:card-detail"])
@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_statements_however_many_cards(desk, editor, name, count, django_assert_max_num_queries):
    versions = [CardVersionFactory(slug=f"one-{number}") for number in range(count)]
    release = ReleaseFactory(versions=versions)
    most = {"cards:deck": 9, "cards:release-detail": 10, "cards:card-detail": 12}[name]
    arguments = {"cards:deck": [], "cards:release-detail": [release.pk], "cards:card-detail": ["one-0"]}[name]

    with django_assert_max_num_queries(most):
        desk.get(reverse(name, args=arguments))


def test_deck_page_takes_the_same_statements_however_many_drafts(desk, editor, release, django_assert_num_queries):
    editing.begin_draft(by=editor)
    with CaptureQueriesContext(connection) as with_one:
        desk.get(reverse("cards:deck"))
    for _number in range(2):
        editing.begin_draft(by=UserFactory(organisation=None, roles=["editor"]))

    with django_assert_num_queries(len(with_one)):
        assert desk.get(reverse("cards:deck")).text.count("Draft by") == 3


@pytest.mark.parametrize("name", ["cards:release-detail", "cards:release-publish", "cards:release-readers"])
def test_unknown_release_is_not_found(desk, release, name):
    assert desk.get(reverse(name, args=[987654])).status_code == 404


# Pictures


def upload(desk, draft, data, *, name="picture.png", **changed):
    file = {"file": SimpleUploadedFile(name, data, content_type="image/png")} if data is not None else {}
    values = {"alt": "A new ampoule.", "shows_no_harm": "on", "revision": 1} | changed
    return desk.post(reverse("cards:card-picture", args=[draft.pk, "ampoule"]), values | file)


def test_uploaded_picture_is_served_for_ever_and_runs_nothing(desk, client, draft):
    upload(desk, draft, bad.polyglot(), name="../../etc/pass wd<script>.png")
    picture = Picture.objects.get()
    client.logout()

    response = client.get(stored_pictures.url_of_digest(picture.digest))

    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/webp")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "Vary" not in response.headers or "Cookie" not in response.headers["Vary"]
    assert b"script" not in response.content
    assert "script" not in Card.objects.get(slug="ampoule").drafts.get().drawing.digest


@pytest.mark.parametrize("data", [bad.SVG_WITH_SCRIPT, bad.heic(), b""])
def test_bad_upload_is_told_at_its_field_and_the_words_stay(desk, draft, data):
    response = upload(desk, draft, data, alt="What I had typed.")

    assert list(errors(response)) == ["file"]
    assert "What I had typed." in response.text
    assert not Picture.objects.exists()


def test_upload_needs_a_file_words_and_the_promise(desk, draft):
    response = upload(desk, draft, None, alt="", shows_no_harm="")

    assert list(errors(response)) == ["file", "alt", "shows_no_harm"]


def test_upload_after_somebody_else_saved_the_card_is_told(desk, other_desk, draft):
    desk.post(edit_url(draft), typed())

    response = upload(other_desk, draft, bad.picture())

    assert "Eve Shaw saved this card at" in response.text
    assert not Picture.objects.exists()


def test_unknown_picture_is_not_found(client, db):
    assert client.get("/deck/pictures/0000/").status_code == 404


def test_every_shipped_card_can_be_opened_and_saved_without_a_change(desk, editor):
    shipped = deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards
    actions.load_deck(shipped)
    draft = editing.begin_draft(by=editor)
    for entry in presenters.entries_of(draft).values():
        response = desk.post(edit_url(draft, entry.card.slug), presenters.form_values(entry))

        assert response.status_code == 302, (entry.card.slug, errors(response))

    assert not CardDraft.objects.exists()
