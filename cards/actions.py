"""Writes to the deck: loading the shipped files, publishing a release."""

import hashlib
import json
from dataclasses import asdict

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cards import content_files
from cards.models import Card, CardText, CardVersion, DeckRelease, DeckReleaseCard
from vein_care.accounts import audit

TEXT_FIELDS = ["title", "line", "alt", "say", "offer", "how_sure"]


class AlreadyPublished(Exception):
    """The release has been published meanwhile. The message is for the page."""


@transaction.atomic
def load_deck(files):
    """Bring the shipped card files into the database; safe to repeat.

    files: the checked CardFile list of `deckfile.read_deck`, in deck order. With no release yet they become release 1, published.
    Later, files that differ from the newest version of their card make new versions in one draft release, for editors to review.
    Returns the DeckRelease made, or None when nothing differs.
    """
    DeckRelease.objects.select_for_update().first()
    first = not DeckRelease.objects.exists()
    versions, changed = _versions(files)
    if not changed:
        return None
    release = _draft(versions, note=_("The deck as shipped") if first else _("Changed by an upgrade"))
    if first:
        publish_release(release=release, by=None)
    return release


def _versions(files):
    """The version that stands for each file, made where the file is new or differs, and whether any was made."""
    newest = {version.card.slug: version for version in _newest_versions()}
    changed = False
    versions = []
    for file in files:
        version = newest.get(file.slug)
        digest = digest_of(file)
        if version is None or version.digest != digest:
            version = _new_version(file, number=version.number + 1 if version else 1, digest=digest)
            changed = True
        versions.append(version)
    return versions, changed


def digest_of(file, *, pictures=content_files.PICTURES_DIR):
    """SHA-256, in hex, of everything a reader sees of this card: its words and its picture."""
    words = {name: value for name, value in asdict(file).items() if name != "file" and not (name == "translations" and not value)}
    canonical = json.dumps(words, sort_keys=True, default=str, ensure_ascii=False).encode()
    return hashlib.sha256(canonical + (pictures / file.picture).read_bytes()).hexdigest()


def _newest_versions():
    return CardVersion.objects.order_by("card_id", "-number").distinct("card_id").select_related("card")


def _new_version(file, *, number, digest):
    card, _made = Card.objects.get_or_create(slug=file.slug, defaults={"area_id": file.area})
    version = CardVersion.objects.create(
        card=card,
        number=number,
        is_short_deck=file.short,
        picture=file.picture,
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


def _draft(versions, *, note):
    release = DeckRelease.objects.create(note=note)
    DeckReleaseCard.objects.bulk_create(
        DeckReleaseCard(release=release, version=version, position=position) for position, version in enumerate(versions, start=1)
    )
    return release


@transaction.atomic
def publish_release(*, release, by):
    """Give a draft the next number and make it what tablets show. Of two people publishing at once only one succeeds.

    by: the editor, or None when the shipped deck is loaded for the first time. Raises AlreadyPublished.
    """
    last = DeckRelease.objects.aggregate(last=Max("number"))["last"] or 0
    draft = DeckRelease.objects.filter(pk=release.pk, published_at=None)
    if not draft.update(number=last + 1, published_at=timezone.now(), published_by=by):
        raise AlreadyPublished(_("This release has been published already."))
    release.refresh_from_db()
    audit.record("deck.published", by=by, target=release, number=release.number)
