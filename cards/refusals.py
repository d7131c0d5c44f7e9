"""What editing the deck refuses. Each carries a sentence for the page."""

from vein_care.accounts.actions.refusals import Refused


class AlreadyPublished(Refused):
    """The release has been published meanwhile."""


class DeckMovedOn(Refused):
    """Another release has been published since this draft was begun."""


class NeedsSecondEditor(Refused):
    """Nobody but its writers has read the draft, and no reason was given for publishing alone."""


class NotYours(Refused):
    """Somebody who wrote a draft, or asked for its review, cannot be the one who reads it."""


class ReadSomethingElse(Refused):
    """The draft is another than the one that was read."""


class NothingChanged(Refused):
    """A draft that holds just what the current release holds."""


class ChangedMeanwhile(Refused):
    """Somebody else saved the same card since the page was opened. `draft` is what there is now, or None."""

    def __init__(self, message, *, draft, revision):
        super().__init__(message)
        self.draft = draft
        self.revision = revision
