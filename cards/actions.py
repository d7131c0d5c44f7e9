"""Writes to the deck as a whole: loading the shipped files, publishing a release, going back, recalling a card."""

import hashlib
import json
from dataclasses import asdict

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cards import content_files, stored_pictures
from cards.models import Card, CardText, CardVersion, DeckRelease, DeckReleaseCard
from cards.refusals import AlreadyPublished, DeckMovedOn, NeedsSecondEditor, NothingChanged, ReadSomethingElse
from vein_care.accounts import audit

TEXT_FIELDS = ["title", "line", "alt", "say", "offer", "how_sure"]
FRONT = ["title", "line", "alt"]
DECK_LOCK = 7310


def lock_the_deck():
    """One writer at a time, until the transaction ends. Publishing is rare; that nobody else is at it makes every check simple."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DECK_LOCK])


# Shipped files


@transaction.atomic
def load_deck(files):
    """Bring the shipped card files into the database; safe to repeat.

    files: the checked CardFile list of `deckfile.read_deck`, in deck order. With no release yet they become release 1, published.
    Later, files with words or a picture that were not there before make new versions in a draft release, for editors to review.
    What editors have published since stays in that draft, unless the file of the same card has changed too.
    Returns the DeckRelease made, or None when nothing is new.
    """
    lock_the_deck()
    current = DeckRelease.objects.current()
    versions, changed = _versions(files, current)
    if not changed:
        return None
    if current is None:
        release = make_draft(versions, based_on=None, note=_("The deck as shipped"), origin=DeckRelease.Origin.APP)
        publish_release(release=release, by=None)
        return release
    release = make_draft(versions, based_on=current, note=_("Changed by an upgrade"), origin=DeckRelease.Origin.APP)
    audit.record("deck.draft_begun", target=release, origin=release.origin)
    return release


def _versions(files, current):
    """The version that stands for each file, made where its words or picture are new, and whether any was made."""
    known = {}
    for version in CardVersion.objects.order_by("number").select_related("card"):
        known.setdefault(version.card.slug, {})[version.digest] = version
    published = set(DeckReleaseCard.objects.filter(release__in=DeckRelease.objects.published()).values_list("version", flat=True))
    now = {version.card.slug: version for version in current.versions.select_related("card")} if current else {}
    changed = False
    versions = []
    for file in files:
        digest = digest_of(file)
        own = known.get(file.slug, {})
        version = own.get(digest)
        if version is None:
            version = _new_version(file, number=max((each.number for each in own.values()), default=0) + 1, digest=digest)
            changed = True
        # A wording that has been published before is no news: editors may have moved on since.
        versions.append(now.get(file.slug, version) if version.pk in published else version)
    return versions, changed


def digest_of(file, *, pictures=content_files.PICTURES_DIR):
    """SHA-256, in hex, of everything a reader sees of this card: its words and its picture."""
    words = {name: value for name, value in asdict(file).items() if name != "file" and not (name == "translations" and not value)}
    return digest_of_words(words, (pictures / file.picture).read_bytes())


def digest_of_words(words, picture):
    canonical = json.dumps(words, sort_keys=True, default=str, ensure_ascii=False).encode()
    return hashlib.sha256(canonical + picture).hexdigest()


def _new_version(file, *, number, digest):
    card, _made = Card.objects.get_or_create(slug=file.slug, defaults={"area_id": file.area})
    version = CardVersion.objects.create(
        card=card,
        number=number,
        is_short_deck=file.short,
        picture=file.picture,
        drawing=stored_pictures.store_shipped(file.picture),
        hand_over=list(file.hand_over),
        strength=file.strength,
        sources=list(file.sources),
        reviewed_on=file.reviewed_on,
        country=file.country,
        clinical_reviewer=file.clinical_reviewer,
        digest=digest,
    )
    ask_first, ask_second = file.ask
    words = {name: getattr(file, name) for name in TEXT_FIELDS}
    CardText.objects.create(version=version, language=content_files.LANGUAGE, ask_first=ask_first, ask_second=ask_second, **words)
    CardText.objects.bulk_create(
        CardText(version=version, language=front.language, title=front.title, line=front.line, alt=front.alt, reviewer=front.reviewer)
        for front in file.translations
    )
    return version


def make_draft(versions, *, based_on, note, origin, by=None):
    release = DeckRelease.objects.create(based_on=based_on, note=note, origin=origin, created_by=by)
    DeckReleaseCard.objects.bulk_create(
        DeckReleaseCard(release=release, version=version, position=position) for position, version in enumerate(versions, start=1)
    )
    return release


# Publishing


def seen_mark(release):
    """What a page about a draft carries, to say which draft it showed: another text as soon as something in it changes."""
    written = sorted(release.card_drafts.values_list("card_id", "revision"))
    return hashlib.sha256(json.dumps([written, sorted(_contents(release))]).encode()).hexdigest()[:32]


def _check_seen(release, seen):
    if seen and seen != seen_mark(release):
        raise ReadSomethingElse(_("This draft was changed since you opened this page. Look at it as it is now, then do this again."))


def _in_hand(release):
    """From here on nobody else writes to the deck, and `release` is as it stands now. Raises AlreadyPublished when it is gone."""
    lock_the_deck()
    if not DeckRelease.objects.filter(pk=release.pk).exists():
        raise AlreadyPublished(_("This draft was thrown away meanwhile. Nothing was saved."))
    release.refresh_from_db()


@transaction.atomic
def publish_release(*, release, by, reason="", seen=""):
    """Give a draft the next number and make it what tablets show. Of two people publishing at once only one succeeds.

    by: the editor, or None when the shipped deck is loaded for the first time. reason: why nobody else reads it first.
    seen: `seen_mark` of the draft that the editor saw, "" where nobody looked.
    Raises AlreadyPublished, DeckMovedOn, NothingChanged, NeedsSecondEditor or ReadSomethingElse.
    """
    _in_hand(release)
    if release.published_at:
        raise AlreadyPublished(_("This release has been published already."))
    _check_seen(release, seen)
    current = DeckRelease.objects.current()
    if current and release.based_on_id and release.based_on_id != current.pk:
        raise DeckMovedOn(_("Another release was published since this draft was begun. Bring it up to date, look at it again, then publish."))
    if by and not release.reviewed_at and not reason:
        raise NeedsSecondEditor(_("Nobody else has read this draft yet. Ask for a review, or say why you publish it alone."))
    _drafts_to_versions(release)
    if current and _contents(release) == _contents(current) and release.origin != DeckRelease.Origin.BACK:
        raise NothingChanged(_("Nothing is changed in this draft, so there is nothing to publish."))
    last = DeckRelease.objects.aggregate(last=Max("number"))["last"] or 0
    alone = "" if release.reviewed_at else reason
    DeckRelease.objects.filter(pk=release.pk).update(number=last + 1, published_at=timezone.now(), published_by=by, reason_alone=alone)
    release.refresh_from_db()
    details = {"reason": alone} if alone else {}
    audit.record("deck.published", by=by, target=release, number=release.number, **details)


def _contents(release):
    return set(release.places.values_list("version_id", flat=True))


def _drafts_to_versions(release):
    """Each CardDraft becomes the next version of its card, in the place of the one it was written over."""
    for draft in release.card_drafts.select_related("card", "base", "base__drawing", "drawing"):
        version = _version_of(draft)
        release.places.filter(version__card=draft.card).update(version=version)
    release.card_drafts.all().delete()


def _version_of(draft):
    base = draft.base
    drawing = draft.drawing or base.drawing
    last = draft.card.versions.aggregate(last=Max("number"))["last"]
    words = {name: getattr(draft, name) for name in [*TEXT_FIELDS, "ask_first", "ask_second"]}
    facts = {name: getattr(draft, name) for name in ["hand_over", "strength", "sources", "reviewed_on"]}
    body = bytes(drawing.body) if drawing else b""
    version = CardVersion.objects.create(
        card=draft.card,
        number=last + 1,
        is_short_deck=base.is_short_deck,
        picture=f"{drawing.digest[:32]}.webp" if draft.drawing else base.picture,
        drawing=drawing,
        country=base.country,
        digest=digest_of_words({"slug": draft.card.slug, "number": last + 1} | words | facts, body),
        written_by=draft.changed_by,
        **facts,
    )
    CardText.objects.create(version=version, language=content_files.LANGUAGE, **words)
    _keep_translations(base, version, draft)
    return version


def _keep_translations(base, version, draft):
    """Words in other languages go along while the front they translate is the same; otherwise they would say something else."""
    texts = {text.language: text for text in base.texts.all()}
    own = texts.pop(content_files.LANGUAGE, None)
    if draft.drawing or own is None or any(getattr(own, name) != getattr(draft, name) for name in FRONT):
        return
    for text in texts.values():
        text.pk, text._state.adding, text.version = None, True, version
        text.save()


@transaction.atomic
def go_back(*, to, by, reason):
    """Publish a new release with the cards of an earlier one. At once and alone, since something is wrong; hence the reason."""
    lock_the_deck()
    current = DeckRelease.objects.current()
    if to.pk == current.pk:
        raise NothingChanged(_("This is the current release; there is nothing to go back to."))
    if _contents(to) == _contents(current):
        raise NothingChanged(_("Tablets show the cards of this release already; there is nothing to go back to."))
    versions = [place.version for place in to.places.select_related("version")]
    note = _("Back to release %(number)s") % {"number": to.number}
    release = make_draft(versions, based_on=current, note=note, origin=DeckRelease.Origin.BACK, by=by)
    publish_release(release=release, by=by, reason=reason)
    audit.record("deck.gone_back", by=by, target=release, number=release.number, to=to.number, reason=reason)
    return release


@transaction.atomic
def enter_reviewers(*, release, by, seen="", **names):
    """Who has read a release as a clinician and as somebody with lived experience, and when.

    names: clinician, clinician_on, lived_experience, lived_experience_on; "" and None take one away. seen: as in `publish_release`.
    Raises AlreadyPublished when the draft is gone, or ReadSomethingElse.
    """
    _in_hand(release)
    _check_seen(release, seen)
    DeckRelease.objects.filter(pk=release.pk).update(**names)
    release.refresh_from_db()
    entered = [name for name in ["clinician", "lived_experience"] if names[name]]
    audit.record("deck.reviewers_entered", by=by, target=release, number=release.number, entered=entered)


# Recall


@transaction.atomic
def recall_card(*, card, by, reason):
    """No tablet shows the card from its next contact on. Records that name it stay valid."""
    recalled = Card.objects.filter(pk=card.pk, recalled_at=None)
    if recalled.update(recalled_at=timezone.now(), recalled_by=by, recall_reason=reason):
        audit.record("card.recalled", by=by, target=card, slug=card.slug, reason=reason)


@transaction.atomic
def show_card_again(*, card, by):
    recalled = Card.objects.filter(pk=card.pk, recalled_at__isnull=False)
    if recalled.update(recalled_at=None, recalled_by=None, recall_reason=""):
        audit.record("card.shown_again", by=by, target=card, slug=card.slug)
