"""Writes to a draft release: its words, pictures and versions, asking for a review and giving it.

Every change of what a draft holds takes back its review and the names of its readers: they read something else.
"""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cards import actions, content_files
from cards.models import CardDraft, DeckRelease, DeckReleaseCard
from cards.refusals import AlreadyPublished, ChangedMeanwhile, NotYours, ReadSomethingElse
from vein_care.accounts import audit

WORDS = ["title", "line", "alt", "say", "ask_first", "ask_second", "offer", "how_sure"]
FACTS = ["hand_over", "strength", "sources", "reviewed_on"]
# A draft begun anew after another was taken out must not have a number that an open page still holds; nor one that a version has.
FIRST_REVISIONS = range(100_000, 1_000_000_000)


@transaction.atomic
def begin_draft(*, by):
    """A draft with the cards of the current release."""
    actions.lock_the_deck()
    current = DeckRelease.objects.current()
    versions = [place.version for place in current.places.select_related("version")]
    release = actions.make_draft(versions, based_on=current, note="", origin=DeckRelease.Origin.EDITORS, by=by)
    audit.record("deck.draft_begun", by=by, target=release, origin=release.origin)
    return release


@transaction.atomic
def discard_draft(*, release, by):
    """Throw a draft away, with what was written in it."""
    _open(release)
    audit.record("deck.draft_discarded", by=by, target=release, cards=release.card_drafts.count())
    release.card_drafts.all().delete()
    release.places.all().delete()
    release.delete()


def contents_of(version):
    """{part: value} of a version in the shipped language, as a form or a comparison has it."""
    text = next(text for text in version.texts.all() if text.language == content_files.LANGUAGE)
    return {name: getattr(text, name) for name in WORDS} | {name: getattr(version, name) for name in FACTS}


def revision_of(draft, version):
    """A number that is another one as soon as somebody saves the card. draft: of the card, or None while it is `version` as published."""
    return draft.revision if draft else version.number


@transaction.atomic
def save_words(*, release, card, contents, revision, by):
    """Keep what somebody wrote on a card.

    contents: every part of `contents_of`. revision: `revision_of` what the page was made from.
    Raises ChangedMeanwhile when somebody else has saved the card since, AlreadyPublished when the draft is over.
    """
    _open(release)
    draft, base = _draft_for_update(release, card, revision)
    before = _contents_of_draft(draft) if draft else contents_of(base)
    if contents == before:
        return draft
    if draft and draft.drawing_id is None and contents == contents_of(draft.base):
        return _drop(draft, by=by)
    if draft is None:
        draft = CardDraft(release=release, card=card, base=base, revision=secrets.choice(FIRST_REVISIONS))
    for name, value in contents.items():
        setattr(draft, name, value)
    _save(draft, by=by)
    audit.record("card.edited", by=by, target=release, slug=card.slug, changed=sorted(name for name in contents if contents[name] != before[name]))
    return draft


@transaction.atomic
def save_picture(*, release, card, picture, alt, revision, by):
    """Give a card of the draft another picture, with the words that say what it shows."""
    _open(release)
    draft, base = _draft_for_update(release, card, revision)
    if draft is None:
        draft = CardDraft(release=release, card=card, base=base, revision=secrets.choice(FIRST_REVISIONS), **contents_of(base))
    draft.drawing, draft.alt = picture, alt
    _save(draft, by=by)
    audit.record("card.picture_uploaded", by=by, target=release, slug=card.slug, picture=picture.digest[:16])
    return draft


@transaction.atomic
def choose_version(*, release, card, version, revision, by):
    """Put another version of the card into the draft; what was written on the card in this draft goes."""
    _open(release)
    draft, _base = _draft_for_update(release, card, revision)
    if draft:
        draft.delete()
    release.places.filter(version__card=card).update(version=version)
    _touch(release, by=by)
    audit.record("deck.version_chosen", by=by, target=release, slug=card.slug, version=version.number)


@transaction.atomic
def bring_up_to_date(*, release, by):
    """Take over from the current release whatever this draft leaves as it was when it began."""
    _open(release)
    current = DeckRelease.objects.current()
    before = _versions_by_card(release.based_on) if release.based_on else {}
    now, own = _versions_by_card(current), _versions_by_card(release)
    written = set(release.card_drafts.values_list("card_id", flat=True))
    last = max((place.position for place in release.places.all()), default=0)
    for card_id, version_id in now.items():
        if card_id not in own and card_id in before:
            continue  # left out of this draft
        if card_id not in own:
            last += 1
            DeckReleaseCard.objects.create(release=release, version_id=version_id, position=last)
        elif card_id not in written and own[card_id] == before.get(card_id):
            release.places.filter(version__card=card_id).update(version=version_id)
    release.based_on = current
    release.save(update_fields=["based_on"])
    _touch(release)
    audit.record("deck.draft_brought_up_to_date", by=by, target=release, number=current.number)


@transaction.atomic
def ask_for_review(*, release, by):
    _open(release)
    if release.reviewed_at is None:
        DeckRelease.objects.filter(pk=release.pk).update(review_asked_at=timezone.now(), review_asked_by=by)
        audit.record("deck.review_asked", by=by, target=release)


def may_review(release, person):
    """Somebody who neither wrote in the draft nor asked for the review."""
    return person.pk != release.review_asked_by_id and not release.writers.filter(pk=person.pk).exists()


def asked_mark(release):
    """What a page that asks for a review carries, so that the review is of what that page showed: any change takes back the asking."""
    return release.review_asked_at.isoformat() if release.review_asked_at else ""


@transaction.atomic
def give_review(*, release, by, asked=None):
    """Note that a second editor has read the whole draft.

    asked: `asked_mark` of the page that was read, None where there was none. Raises NotYours for its writers and whoever asked, and
    ReadSomethingElse when the draft changed since.
    """
    _open(release)
    if not may_review(release, by):
        raise NotYours(_("You wrote in this draft or asked for its review, so another editor has to read it."))
    if asked is not None and asked != asked_mark(release):
        raise ReadSomethingElse(_("This draft was changed since you opened it. Read it as it is now, once it waits to be read."))
    DeckRelease.objects.filter(pk=release.pk).update(reviewed_at=timezone.now(), reviewed_by=by)
    audit.record("deck.reviewed", by=by, target=release)


def _open(release):
    """From here on nobody else writes to the deck, and the draft is known to be one. Raises AlreadyPublished."""
    actions.lock_the_deck()
    found = DeckRelease.objects.filter(pk=release.pk).first()
    if found is None:
        raise AlreadyPublished(_("This draft was thrown away meanwhile. Nothing was saved."))
    if found.published_at:
        raise AlreadyPublished(_("This draft was published meanwhile. Nothing was saved. Begin a new draft for further changes."))
    release.refresh_from_db()


def _draft_for_update(release, card, revision):
    """(the card's draft or None, the version it has in the release). Raises ChangedMeanwhile."""
    draft = CardDraft.objects.filter(release=release, card=card).select_related("changed_by", "base").first()
    base = draft.base if draft else release.versions.prefetch_related("texts").get(card=card)
    now = revision_of(draft, base)
    if now != revision:
        raise ChangedMeanwhile(_what_happened(draft, revision), draft=draft, revision=now)
    return draft, base


def _what_happened(draft, revision):
    if draft:
        who, when = draft.changed_by, timezone.localtime(draft.changed_at)
        return _("%(who)s saved this card at %(when)s, while you were writing.") % {"who": who, "when": f"{when:%H:%M}"}
    if revision in FIRST_REVISIONS:
        return _("Somebody took the changes on this card out while you were writing.")
    return _("Somebody put another version of this card into the draft while you were writing.")


def _contents_of_draft(draft):
    return {name: getattr(draft, name) for name in [*WORDS, *FACTS]}


def _save(draft, *, by):
    draft.revision += 1
    draft.changed_at, draft.changed_by = timezone.now(), by
    draft.save()
    _touch(draft.release, by=by)


def _drop(draft, *, by):
    audit.record("card.edits_dropped", by=by, target=draft.release, slug=draft.card.slug)
    draft.delete()
    _touch(draft.release, by=by)


def _touch(release, *, by=None):
    none = {"review_asked_at": None, "review_asked_by": None, "reviewed_at": None, "reviewed_by": None}
    names = {"clinician": "", "clinician_on": None, "lived_experience": "", "lived_experience_on": None}
    DeckRelease.objects.filter(pk=release.pk).update(**none, **names)
    if by:
        release.writers.add(by)


def _versions_by_card(release):
    return dict(release.places.values_list("version__card_id", "version_id"))
