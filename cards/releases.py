"""Writes to numbered releases: loading shipped files, drafts and what is written in them, review, publishing, going back.

The deck and the course are both kept this way. What they do not share is in `cards.actions.Deck` and `training.actions.course.Course`.

Every change of what a draft holds takes back its review and the names of its readers: they read something else.
"""

import hashlib
import json
import secrets

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cards.models import Release
from cards.refusals import AlreadyPublished, ChangedMeanwhile, DeckMovedOn, NeedsSecondEditor, NothingChanged, NotYours, ReadSomethingElse
from vein_care.accounts import audit

# A draft begun anew after another was taken out must not have a number that an open page still holds; nor one that a version has.
FIRST_REVISIONS = range(100_000, 1_000_000_000)


def revision_of(draft, version):
    """A number that is another one as soon as somebody saves the part. draft: of it, or None while it is `version` as published."""
    return draft.revision if draft else version.number


def may_review(release, person):
    """Somebody who neither wrote in the draft nor asked for the review."""
    return person.pk != release.review_asked_by_id and not release.writers.filter(pk=person.pk).exists()


def asked_mark(release):
    """What a page that asks for a review carries, so that the review is of what that page showed: any change takes back the asking."""
    return release.review_asked_at.isoformat() if release.review_asked_at else ""


class Releases:
    """Numbered releases of versions of parts: cards of the deck, modules of the course.

    Attributes of a kind:
    noun: of the whole, as audit events have it ("deck"). part: of one part, and of the field that names it ("card").
    lock_number: of the advisory lock. release_model, place_model, version_model, draft_model.
    prefetch: what `contents_of` needs of a version.
    """

    noun = part = ""
    lock_number = 0
    release_model = place_model = version_model = draft_model = None
    prefetch = ()

    # What a kind says for itself

    def slug_of_file(self, file):
        raise NotImplementedError

    def digest_of_file(self, file):
        """SHA-256, in hex, of everything a reader sees of it."""
        raise NotImplementedError

    def version_from_file(self, file, *, number, digest):
        raise NotImplementedError

    def version_from_draft(self, draft, *, number):
        raise NotImplementedError

    def contents_of(self, version):
        """{name: value} of a version, as a form or a comparison has it."""
        raise NotImplementedError

    def contents_of_draft(self, draft):
        raise NotImplementedError

    def put_contents(self, draft, contents):
        raise NotImplementedError

    def is_as_begun(self, draft, contents):
        """Whether a draft with these contents would be its base again."""
        return contents == self.contents_of(draft.base)

    def notes(self):
        """{"shipped", "upgrade", "back"} to what a release made by the app is called."""
        raise NotImplementedError

    def refusals(self):
        """{"saved", "taken_out", "other_version", "same"} to sentences that name the part."""
        raise NotImplementedError

    # Shipped files

    def lock(self):
        """One writer at a time, until the transaction ends. Publishing is rare; that nobody else is at it makes every check simple."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.lock_number])

    @transaction.atomic
    def load(self, files):
        """Bring the shipped files into the database; safe to repeat.

        files: the checked files, in order. With no release yet they become release 1, published.
        Later, files with words or a picture that were not there before make new versions in a draft release, for editors to review.
        What editors have published since stays in that draft, unless the file of the same part has changed too.
        Returns the release made, or None when nothing is new.
        """
        self.lock()
        current = self.release_model.objects.current()
        versions, changed = self._versions(files, current)
        if not changed:
            return None
        origin = Release.Origin.APP
        if current is None:
            release = self.make_draft(versions, based_on=None, note=self.notes()["shipped"], origin=origin)
            self.publish_release(release=release, by=None)
            return release
        release = self.make_draft(versions, based_on=current, note=self.notes()["upgrade"], origin=origin)
        audit.record(f"{self.noun}.draft_begun", target=release, origin=release.origin)
        return release

    def _versions(self, files, current):
        """The version that stands for each file, made where its words or picture are new, and whether any was made."""
        known = {}
        for version in self.version_model.objects.order_by("number").select_related(self.part):
            known.setdefault(self._part_of(version).slug, {})[version.digest] = version
        published = set(self.place_model.objects.filter(release__in=self.release_model.objects.published()).values_list("version", flat=True))
        now = {self._part_of(version).slug: version for version in current.versions.select_related(self.part)} if current else {}
        changed = False
        versions = []
        for file in files:
            slug, digest = self.slug_of_file(file), self.digest_of_file(file)
            own = known.get(slug, {})
            version = own.get(digest)
            if version is None:
                number = max((each.number for each in own.values()), default=0) + 1
                version = self.version_from_file(file, number=number, digest=digest)
                changed = True
            # A wording that has been published before is no news: editors may have moved on since.
            versions.append(now.get(slug, version) if version.pk in published else version)
        return versions, changed

    def _part_of(self, version):
        return getattr(version, self.part)

    def make_draft(self, versions, *, based_on, note, origin, by=None):
        release = self.release_model.objects.create(based_on=based_on, note=note, origin=origin, created_by=by)
        self.place_model.objects.bulk_create(
            self.place_model(release=release, version=version, position=position) for position, version in enumerate(versions, start=1)
        )
        return release

    # Publishing

    def drafts_in(self, release):
        """What is being written in a draft release."""
        return self.draft_model.objects.filter(release=release)

    def seen_mark(self, release):
        """What a page about a draft carries, to say which draft it showed: another text as soon as something in it changes."""
        written = sorted(self.drafts_in(release).values_list(f"{self.part}_id", "revision"))
        return hashlib.sha256(json.dumps([written, sorted(self._contents(release))]).encode()).hexdigest()[:32]

    def _check_seen(self, release, seen):
        if seen and seen != self.seen_mark(release):
            raise ReadSomethingElse(_("This draft was changed since you opened this page. Look at it as it is now, then do this again."))

    def _in_hand(self, release):
        """From here on nobody else writes here, and `release` is as it stands now. Raises AlreadyPublished when it is gone."""
        self.lock()
        if not self.release_model.objects.filter(pk=release.pk).exists():
            raise AlreadyPublished(_("This draft was thrown away meanwhile. Nothing was saved."))
        release.refresh_from_db()

    @transaction.atomic
    def publish_release(self, *, release, by, reason="", seen=""):
        """Give a draft the next number and make it what people see. Of two people publishing at once only one succeeds.

        by: the editor, or None when the shipped files are loaded for the first time. reason: why nobody else reads it first.
        seen: `seen_mark` of the draft that the editor saw, "" where nobody looked.
        Raises AlreadyPublished, DeckMovedOn, NothingChanged, NeedsSecondEditor or ReadSomethingElse.
        """
        self._in_hand(release)
        if release.published_at:
            raise AlreadyPublished(_("This release has been published already."))
        self._check_seen(release, seen)
        current = self.release_model.objects.current()
        if current and release.based_on_id and release.based_on_id != current.pk:
            raise DeckMovedOn(_("Another release was published since this draft was begun. Bring it up to date, look at it again, then publish."))
        if by and not release.reviewed_at and not reason:
            raise NeedsSecondEditor(_("Nobody else has read this draft yet. Ask for a review, or say why you publish it alone."))
        self._drafts_to_versions(release)
        if current and self._contents(release) == self._contents(current) and release.origin != Release.Origin.BACK:
            raise NothingChanged(_("Nothing is changed in this draft, so there is nothing to publish."))
        last = self.release_model.objects.aggregate(last=Max("number"))["last"] or 0
        alone = "" if release.reviewed_at else reason
        own = self.release_model.objects.filter(pk=release.pk)
        own.update(number=last + 1, published_at=timezone.now(), published_by=by, reason_alone=alone)
        release.refresh_from_db()
        details = {"reason": alone} if alone else {}
        audit.record(f"{self.noun}.published", by=by, target=release, number=release.number, **details)

    def _contents(self, release):
        return set(release.places.values_list("version_id", flat=True))

    def _drafts_to_versions(self, release):
        """Each draft becomes the next version of its part, in the place of the one it was written over."""
        for draft in self.drafts_in(release).select_related(self.part, "base"):
            part = getattr(draft, self.part)
            last = part.versions.aggregate(last=Max("number"))["last"]
            version = self.version_from_draft(draft, number=last + 1)
            self._places(release, part).update(version=version)
        self.drafts_in(release).delete()

    def _places(self, release, part):
        return release.places.filter(**{f"version__{self.part}": part})

    @transaction.atomic
    def go_back(self, *, to, by, reason):
        """Publish a new release with the contents of an earlier one. At once and alone, since something is wrong; hence the reason."""
        self.lock()
        current = self.release_model.objects.current()
        if to.pk == current.pk:
            raise NothingChanged(_("This is the current release; there is nothing to go back to."))
        if self._contents(to) == self._contents(current):
            raise NothingChanged(self.refusals()["same"])
        versions = [place.version for place in to.places.select_related("version")]
        note = self.notes()["back"] % {"number": to.number}
        release = self.make_draft(versions, based_on=current, note=note, origin=Release.Origin.BACK, by=by)
        self.publish_release(release=release, by=by, reason=reason)
        audit.record(f"{self.noun}.gone_back", by=by, target=release, number=release.number, to=to.number, reason=reason)
        return release

    @transaction.atomic
    def enter_reviewers(self, *, release, by, seen="", **names):
        """Who has read a release as a clinician and as somebody with lived experience, and when.

        names: clinician, clinician_on, lived_experience, lived_experience_on; "" and None take one away. seen: as in `publish_release`.
        Raises AlreadyPublished when the draft is gone, or ReadSomethingElse.
        """
        self._in_hand(release)
        self._check_seen(release, seen)
        self.release_model.objects.filter(pk=release.pk).update(**names)
        release.refresh_from_db()
        entered = [name for name in ["clinician", "lived_experience"] if names[name]]
        audit.record(f"{self.noun}.reviewers_entered", by=by, target=release, number=release.number, entered=entered)

    # Drafts

    @transaction.atomic
    def begin_draft(self, *, by):
        """A draft with the contents of the current release."""
        self.lock()
        current = self.release_model.objects.current()
        versions = [place.version for place in current.places.select_related("version")]
        release = self.make_draft(versions, based_on=current, note="", origin=Release.Origin.EDITORS, by=by)
        audit.record(f"{self.noun}.draft_begun", by=by, target=release, origin=release.origin)
        return release

    @transaction.atomic
    def discard_draft(self, *, release, by):
        """Throw a draft away, with what was written in it."""
        self.open_draft(release)
        drafts = self.drafts_in(release)
        audit.record(f"{self.noun}.draft_discarded", by=by, target=release, **{f"{self.part}s": drafts.count()})
        drafts.delete()
        release.places.all().delete()
        release.delete()

    @transaction.atomic
    def save_contents(self, *, release, part, contents, revision, by):
        """Keep what somebody wrote on a part.

        contents: every name of `contents_of`. revision: `revision_of` what the page was made from.
        Raises ChangedMeanwhile when somebody else has saved the part since, AlreadyPublished when the draft is over.
        """
        self.open_draft(release)
        draft, base = self.draft_for_update(release, part, revision)
        before = self.contents_of_draft(draft) if draft else self.contents_of(base)
        if contents == before:
            return draft
        if draft and self.is_as_begun(draft, contents):
            return self._drop(draft, by=by)
        draft = draft or self.new_draft(release, part, base)
        self.put_contents(draft, contents)
        self.save_draft(draft, by=by)
        changed = sorted(name for name in contents if contents[name] != before[name])
        audit.record(f"{self.part}.edited", by=by, target=release, slug=part.slug, changed=changed)
        return draft

    def new_draft(self, release, part, base):
        return self.draft_model(release=release, base=base, revision=secrets.choice(FIRST_REVISIONS), **{self.part: part})

    @transaction.atomic
    def choose_version(self, *, release, part, version, revision, by):
        """Put another version of a part into the draft; what was written on it in this draft goes."""
        self.open_draft(release)
        draft, _base = self.draft_for_update(release, part, revision)
        if draft:
            draft.delete()
        self._places(release, part).update(version=version)
        self._touch(release, by=by)
        audit.record(f"{self.noun}.version_chosen", by=by, target=release, slug=part.slug, version=version.number)

    @transaction.atomic
    def bring_up_to_date(self, *, release, by):
        """Take over from the current release whatever this draft leaves as it was when it began."""
        self.open_draft(release)
        current = self.release_model.objects.current()
        before = self._versions_by_part(release.based_on) if release.based_on else {}
        now, own = self._versions_by_part(current), self._versions_by_part(release)
        written = set(self.drafts_in(release).values_list(f"{self.part}_id", flat=True))
        last = max((place.position for place in release.places.all()), default=0)
        for part_id, version_id in now.items():
            if part_id not in own and part_id in before:
                continue  # left out of this draft
            if part_id not in own:
                last += 1
                self.place_model.objects.create(release=release, version_id=version_id, position=last)
            elif part_id not in written and own[part_id] == before.get(part_id):
                self._places(release, part_id).update(version=version_id)
        release.based_on = current
        release.save(update_fields=["based_on"])
        self._touch(release)
        audit.record(f"{self.noun}.draft_brought_up_to_date", by=by, target=release, number=current.number)

    def _versions_by_part(self, release):
        return dict(release.places.values_list(f"version__{self.part}_id", "version_id"))

    # Review

    @transaction.atomic
    def ask_for_review(self, *, release, by):
        self.open_draft(release)
        if release.reviewed_at is None:
            self.release_model.objects.filter(pk=release.pk).update(review_asked_at=timezone.now(), review_asked_by=by)
            audit.record(f"{self.noun}.review_asked", by=by, target=release)

    @transaction.atomic
    def give_review(self, *, release, by, asked=None):
        """Note that a second editor has read the whole draft.

        asked: `asked_mark` of the page that was read, None where there was none. Raises NotYours for its writers and whoever asked, and
        ReadSomethingElse when the draft changed since.
        """
        self.open_draft(release)
        if not may_review(release, by):
            raise NotYours(_("You wrote in this draft or asked for its review, so another editor has to read it."))
        if asked is not None and asked != asked_mark(release):
            raise ReadSomethingElse(_("This draft was changed since you opened it. Read it as it is now, once it waits to be read."))
        self.release_model.objects.filter(pk=release.pk).update(reviewed_at=timezone.now(), reviewed_by=by)
        audit.record(f"{self.noun}.reviewed", by=by, target=release)

    # For the above and for kinds

    def open_draft(self, release):
        """From here on nobody else writes here, and the draft is known to be one. Raises AlreadyPublished."""
        self.lock()
        found = self.release_model.objects.filter(pk=release.pk).first()
        if found is None:
            raise AlreadyPublished(_("This draft was thrown away meanwhile. Nothing was saved."))
        if found.published_at:
            raise AlreadyPublished(_("This draft was published meanwhile. Nothing was saved. Begin a new draft for further changes."))
        release.refresh_from_db()

    def draft_for_update(self, release, part, revision):
        """(the part's draft or None, the version it has in the release). Raises ChangedMeanwhile."""
        draft = self.drafts_in(release).filter(**{self.part: part}).select_related("changed_by", "base").first()
        base = draft.base if draft else release.versions.prefetch_related(*self.prefetch).get(**{self.part: part})
        now = revision_of(draft, base)
        if now != revision:
            raise ChangedMeanwhile(self._what_happened(draft, revision), draft=draft, revision=now)
        return draft, base

    def _what_happened(self, draft, revision):
        sentences = self.refusals()
        if draft:
            return sentences["saved"] % {"who": draft.changed_by, "when": f"{timezone.localtime(draft.changed_at):%H:%M}"}
        return sentences["taken_out" if revision in FIRST_REVISIONS else "other_version"]

    def save_draft(self, draft, *, by):
        draft.revision += 1
        draft.changed_at, draft.changed_by = timezone.now(), by
        draft.save()
        self._touch(draft.release, by=by)

    def _drop(self, draft, *, by):
        audit.record(f"{self.part}.edits_dropped", by=by, target=draft.release, slug=getattr(draft, self.part).slug)
        draft.delete()
        self._touch(draft.release, by=by)

    def _touch(self, release, *, by=None):
        none = {"review_asked_at": None, "review_asked_by": None, "reviewed_at": None, "reviewed_by": None}
        names = {"clinician": "", "clinician_on": None, "lived_experience": "", "lived_experience_on": None}
        self.release_model.objects.filter(pk=release.pk).update(**none, **names)
        if by:
            release.writers.add(by)
