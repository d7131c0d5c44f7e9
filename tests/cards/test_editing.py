"""Drafts, reviews, publishing, recalling and going back: the actions behind the editors' pages."""

import dataclasses
import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cards import actions, content_files, deckfile, editing, presenters, stored_pictures
from cards.models import Card, CardDraft, CardText, CardVersion, DeckRelease, Picture
from cards.refusals import AlreadyPublished, ChangedMeanwhile, DeckMovedOn, NeedsSecondEditor, NothingChanged, NotYours
from tests.factories import CardVersionFactory, ReleaseFactory, UserFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_editor(db):
    return UserFactory(organisation=None, roles=["editor"], display_name="Max Bond")


@pytest.fixture
def draft(release, editor):
    return editing.begin_draft(by=editor)


def card(slug="ampoule"):
    return Card.objects.get(slug=slug)


def written(draft, *, by, slug="ampoule", revision=1, **words):
    contents = presenters.entries_of(draft)[card(slug).pk].contents
    return editing.save_words(release=draft, card=card(slug), contents=contents | words, revision=revision, by=by)


def audited():
    return list(AuditEvent.objects.order_by("id").values_list("type", flat=True))


def title_of(release, slug="ampoule"):
    return release.versions.get(card__slug=slug).texts.get(language="en-GB").title


# Drafts


def test_what_is_written_in_a_draft_changes_no_tablet(release, draft, editor):
    written(draft, by=editor, title="Another title")

    assert title_of(DeckRelease.objects.current()) == "words"
    assert CardVersion.objects.count() == 2
    assert audited() == ["deck.draft_begun", "card.edited"]


def test_published_draft_makes_the_next_version_of_the_changed_card_only(release, draft, editor, other_editor):
    written(draft, by=editor, title="Another title")
    editing.ask_for_review(release=draft, by=editor)
    editing.give_review(release=draft, by=other_editor)

    actions.publish_release(release=draft, by=other_editor)

    new = DeckRelease.objects.current()
    assert (new.number, new.published_by, new.reviewed_by, new.reason_alone) == (2, other_editor, other_editor, "")
    assert dict(new.versions.values_list("card__slug", "number")) == {"ampoule": 2, "clean-hands": 1}
    assert (title_of(new), title_of(release)) == ("Another title", "words")
    assert new.versions.get(number=2).written_by == editor
    assert not CardDraft.objects.exists()


def test_words_put_back_as_they_were_leave_nothing_changed(draft, editor):
    first = written(draft, by=editor, title="Another title")

    written(draft, by=editor, title="words", revision=first.revision)

    assert not CardDraft.objects.exists()
    with pytest.raises(NothingChanged, match="Nothing is changed"):
        actions.publish_release(release=draft, by=editor, reason="To see.")


def test_second_of_two_writers_is_told_and_the_first_is_kept(draft, editor, other_editor):
    written(draft, by=editor, title="From Eve")

    with pytest.raises(ChangedMeanwhile, match="Eve Shaw saved this card at") as refusal:
        written(draft, by=other_editor, title="From Max")

    assert refusal.value.draft.title == CardDraft.objects.get().title == "From Eve"
    assert written(draft, by=other_editor, title="From Max", revision=refusal.value.draft.revision).title == "From Max"


def test_page_of_a_draft_that_was_taken_out_and_begun_anew_is_stale(draft, editor):
    first = written(draft, by=editor, title="One")
    editing.choose_version(release=draft, card=card(), version=card().versions.get(), revision=first.revision, by=editor)
    written(draft, by=editor, title="Two")

    with pytest.raises(ChangedMeanwhile):
        written(draft, by=editor, title="Three", revision=first.revision)


def test_nothing_is_written_into_a_published_or_discarded_draft(draft, editor):
    written(draft, by=editor, title="Another title")
    actions.publish_release(release=draft, by=editor, reason="Urgent.")
    with pytest.raises(AlreadyPublished, match="published meanwhile"):
        written(draft, by=editor, title="More")
    other = editing.begin_draft(by=editor)
    contents = editing.contents_of(card().versions.first())

    editing.discard_draft(release=DeckRelease.objects.get(pk=other.pk), by=editor)

    with pytest.raises(AlreadyPublished, match="thrown away meanwhile"):
        editing.save_words(release=other, card=card(), contents=contents, revision=1, by=editor)


def test_draft_that_was_thrown_away_meanwhile_is_neither_published_nor_given_readers(draft, editor):
    stale = DeckRelease.objects.get(pk=draft.pk)
    editing.discard_draft(release=draft, by=editor)

    with pytest.raises(AlreadyPublished, match="thrown away meanwhile"):
        actions.publish_release(release=stale, by=editor, reason="Urgent.")
    with pytest.raises(AlreadyPublished, match="thrown away meanwhile"):
        actions.enter_reviewers(release=stale, by=editor, clinician="", clinician_on=None, lived_experience="", lived_experience_on=None)


def test_translations_go_along_while_the_front_is_the_same(release, draft, editor):
    version = card().versions.get()
    fields = dict.fromkeys(["title", "line", "alt", "say", "ask_first", "ask_second", "offer", "how_sure"], "słowa")
    CardText.objects.create(version=version, language="pl", **fields)
    written(draft, by=editor, say="Another thing to say.")
    actions.publish_release(release=draft, by=editor, reason="Urgent.")
    assert set(card().versions.get(number=2).texts.values_list("language", flat=True)) == {"en-GB", "pl"}

    again = editing.begin_draft(by=editor)
    written(again, by=editor, title="Another title", revision=2)
    actions.publish_release(release=again, by=editor, reason="Urgent.")

    assert set(card().versions.get(number=3).texts.values_list("language", flat=True)) == {"en-GB"}


# Review


def test_publishing_alone_asks_for_a_reason_and_keeps_it(draft, editor):
    written(draft, by=editor, title="Another title")

    with pytest.raises(NeedsSecondEditor, match="Nobody else has read"):
        actions.publish_release(release=draft, by=editor)
    actions.publish_release(release=draft, by=editor, reason="The line was wrong.")

    assert DeckRelease.objects.current().reason_alone == "The line was wrong."
    assert AuditEvent.objects.get(type="deck.published").details == {"number": 2, "reason": "The line was wrong."}


def test_writers_and_whoever_asked_cannot_be_the_second_editor(draft, editor, other_editor):
    third = UserFactory(organisation=None, roles=["editor"])
    first = written(draft, by=editor, title="One")
    written(draft, by=other_editor, title="Two", revision=first.revision)
    editing.ask_for_review(release=draft, by=third)

    for person in [editor, other_editor, third]:
        with pytest.raises(NotYours, match="another editor has to read it"):
            editing.give_review(release=draft, by=person)


def test_change_after_the_review_takes_it_back_and_the_names_of_readers_too(draft, editor, other_editor):
    first = written(draft, by=editor, title="One")
    editing.ask_for_review(release=draft, by=editor)
    editing.give_review(release=draft, by=other_editor)
    today = timezone.localdate()
    names = {"clinician": "A nurse", "clinician_on": today, "lived_experience": "Kim", "lived_experience_on": today}
    actions.enter_reviewers(release=draft, by=editor, **names)

    written(draft, by=editor, title="Two", revision=first.revision)

    draft.refresh_from_db()
    assert (draft.reviewed_at, draft.review_asked_at, draft.is_clinically_reviewed) == (None, None, False)


# Several drafts at once


def test_of_two_drafts_the_second_is_told_that_the_deck_moved_on(draft, editor, other_editor):
    other = editing.begin_draft(by=other_editor)
    written(draft, by=editor, title="From Eve")
    written(other, by=other_editor, slug="clean-hands", title="From Max")
    actions.publish_release(release=draft, by=editor, reason="Urgent.")

    with pytest.raises(DeckMovedOn, match="Bring it up to date"):
        actions.publish_release(release=other, by=other_editor, reason="Urgent.")
    editing.bring_up_to_date(release=other, by=other_editor)
    actions.publish_release(release=other, by=other_editor, reason="Urgent.")

    current = DeckRelease.objects.current()
    assert (current.number, title_of(current), title_of(current, "clean-hands")) == (3, "From Eve", "From Max")


def test_words_over_a_version_that_was_exchanged_meanwhile_are_told(release, draft, editor, other_editor):
    page = presenters.entries_of(draft)[card().pk]
    newer = CardVersionFactory(card=card(), number=2, text__title="From another release")
    editing.choose_version(release=draft, card=card(), version=newer, revision=editing.revision_of(None, page.version), by=other_editor)

    with pytest.raises(ChangedMeanwhile, match="another version") as refusal:
        editing.save_words(
            release=draft, card=card(), contents=page.contents | {"line": "Mine"}, revision=editing.revision_of(None, page.version), by=editor
        )

    assert (CardDraft.objects.count(), draft.versions.get(card=card())) == (0, newer)
    editing.save_words(release=draft, card=card(), contents=page.contents, revision=refusal.value.revision, by=editor)


def test_card_that_a_draft_leaves_out_stays_out_when_it_is_brought_up_to_date(release, draft, editor, other_editor):
    draft.places.filter(version__card=card("clean-hands")).delete()
    other = editing.begin_draft(by=other_editor)
    written(other, by=other_editor, title="From Max")
    actions.publish_release(release=other, by=other_editor, reason="Urgent.")

    editing.bring_up_to_date(release=draft, by=editor)

    assert [title_of(draft), draft.places.count()] == ["From Max", 1]


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_who_publish_at_once_one_wins_and_the_other_is_told(release, editor):
    drafts = [editing.begin_draft(by=editor) for _number in range(2)]
    for number, each in enumerate(drafts):
        written(each, by=editor, title=f"Title {number}")
    ready, said = threading.Barrier(4), []

    def publish(which):
        try:
            mine = DeckRelease.objects.get(pk=which.pk)
            ready.wait()
            actions.publish_release(release=mine, by=editor, reason="At once.")
            said.append("published")
        except (AlreadyPublished, DeckMovedOn) as refusal:
            said.append(str(refusal)[:10])
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[which]) for which in [*drafts, *drafts]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(said), said.count("published")) == (4, 1)
    assert list(DeckRelease.objects.published().values_list("number", flat=True)) == [2, 1]


# Recall and going back


def test_going_back_publishes_a_new_release_with_the_old_versions(release, draft, editor):
    written(draft, by=editor, title="Another title")
    actions.publish_release(release=draft, by=editor, reason="Urgent.")

    new = actions.go_back(to=release, by=editor, reason="It was wrong.")

    assert (new.number, title_of(new), new.reason_alone) == (3, "words", "It was wrong.")
    assert set(new.versions.all()) == set(release.versions.all())
    assert AuditEvent.objects.get(type="deck.gone_back").details == {"number": 3, "to": 1, "reason": "It was wrong."}
    with pytest.raises(NothingChanged):
        actions.go_back(to=new, by=editor, reason="Again.")
    with pytest.raises(NothingChanged, match="already"):
        actions.go_back(to=release, by=editor, reason="The button was pressed twice.")


def test_recall_and_showing_again_are_audited_once_each(release, editor):
    for _twice in range(2):
        actions.recall_card(card=card(), by=editor, reason="The picture misleads.")
    recalled = card()
    assert (recalled.recalled_by, recalled.recall_reason) == (editor, "The picture misleads.")

    for _twice in range(2):
        actions.show_card_again(card=recalled, by=editor)

    assert (card().recalled_at, audited()) == (None, ["card.recalled", "card.shown_again"])


def test_recall_needs_who_and_why(release):
    with pytest.raises(IntegrityError, match="cards_card_recalled_at_by_and_reason_together"), transaction.atomic():
        Card.objects.update(recalled_at=timezone.now())


@pytest.mark.parametrize(("field", "rule"), [("reviewed_at", "reviewed_at_and_by"), ("review_asked_at", "review_asked_at_and_by")])
def test_review_needs_somebody_who_gave_it(release, field, rule):
    with pytest.raises(IntegrityError, match=f"cards_deckrelease_{rule}_together"), transaction.atomic():
        DeckRelease.objects.update(**{field: timezone.now()})


def test_a_card_has_one_draft_in_a_release(draft, editor):
    first = written(draft, by=editor, title="One")
    first.pk, first._state.adding = None, True

    with pytest.raises(IntegrityError, match="cards_carddraft_card_once"), transaction.atomic():
        first.save()


# Pictures


def test_stored_picture_never_changes_and_is_kept_once(db):
    picture = stored_pictures.store(b"bytes", "image/webp")

    assert stored_pictures.store(b"bytes", "image/webp") == picture
    with pytest.raises(IntegrityError, match="cards_picture rows never change"), transaction.atomic():
        Picture.objects.update(body=b"others")
    with pytest.raises(IntegrityError, match="cards_picture_kind_known"), transaction.atomic():
        Picture.objects.create(digest="1", content_type="text/html", body=b"<script>")


def test_uploaded_picture_belongs_to_the_new_version_and_the_old_release_keeps_its_own(release, draft, editor):
    picture = stored_pictures.store(b"new picture", "image/webp")
    editing.save_picture(release=draft, card=card(), picture=picture, alt="Something else.", revision=1, by=editor)
    actions.publish_release(release=draft, by=editor, reason="Urgent.")

    new, old = DeckRelease.objects.current().versions.get(card=card()), release.versions.get(card=card())
    assert (new.drawing, new.texts.get().alt) == (picture, "Something else.")
    assert stored_pictures.url_of(new) == f"/deck/pictures/{picture.digest}/"
    assert stored_pictures.url_of(old) == "/static/art/ampoule.svg"


def test_shipped_picture_comes_as_a_static_file_until_it_is_drawn_anew(db):
    now = stored_pictures.store_shipped("ampoule.svg")
    before = stored_pictures.store(b"<svg>as it was</svg>", "image/svg+xml")

    assert stored_pictures.url_of(CardVersionFactory(slug="now", drawing=now)) == "/static/art/ampoule.svg"
    assert stored_pictures.url_of(CardVersionFactory(slug="before", drawing=before)) == f"/deck/pictures/{before.digest}/"


# An upgrade


@pytest.fixture
def shipped():
    return deckfile.read_deck(content_files.CONTENT_DIR, pictures=content_files.PICTURES_DIR).cards


def test_what_editors_published_outlives_restarts_and_upgrades(shipped, editor):
    actions.load_deck(shipped)
    mine, theirs = shipped[0].slug, shipped[1].slug
    draft = editing.begin_draft(by=editor)
    written(draft, by=editor, slug=mine, title="From an editor")
    actions.publish_release(release=draft, by=editor, reason="Urgent.")

    assert actions.load_deck(shipped) is None
    upgraded = [shipped[0], dataclasses.replace(shipped[1], title="From the app"), *shipped[2:]]
    of_app = actions.load_deck(upgraded)

    assert of_app.origin == DeckRelease.Origin.APP
    assert (title_of(of_app, mine), title_of(of_app, theirs)) == ("From an editor", "From the app")
    assert actions.load_deck(upgraded) is None


def test_a_later_upgrade_still_offers_what_an_earlier_one_brought(shipped):
    actions.load_deck(shipped)
    once = [dataclasses.replace(shipped[0], title="First upgrade"), *shipped[1:]]
    actions.load_deck(once)

    later = actions.load_deck([once[0], dataclasses.replace(shipped[1], title="Second upgrade"), *shipped[2:]])

    assert [title_of(later, each.slug) for each in shipped[:2]] == ["First upgrade", "Second upgrade"]


def test_draft_of_an_upgrade_says_so_and_what_it_changes(shipped):
    actions.load_deck(shipped)
    draft = actions.load_deck([dataclasses.replace(shipped[0], title="Another title"), *shipped[1:]])

    (row,) = presenters.present_draft_rows([draft], DeckRelease.objects.current())

    assert row["name"] == "Draft from the new version of the app"
    assert row["line"].endswith("1 card differs")


# Review dates


def test_review_is_overdue_a_year_and_a_day_after_the_last_one():
    version = CardVersion(reviewed_on=datetime.date(2026, 1, 10))

    assert [version.is_review_overdue(on=datetime.date(2027, 1, day)) for day in [9, 10, 11]] == [False, False, True]


def test_deck_page_lists_overdue_cards_longest_first(release):
    old = [CardVersionFactory(slug=f"old-{year}", reviewed_on=datetime.date(year, 1, 1)) for year in [2024, 2023]]
    newest = ReleaseFactory(versions=[*old, *release.versions.all()])

    found = presenters.present_deck(newest, today=datetime.date(2026, 11, 22))

    assert [row["card"].slug for row in found["overdue"]] == ["old-2023", "old-2024"]
