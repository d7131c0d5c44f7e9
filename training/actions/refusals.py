"""Why something about training was not done. Each carries a sentence for the page."""


class Refused(Exception):
    """Base of all of them; `str()` is the sentence."""


class ChangedMeanwhile(Refused):
    """Somebody else saved the same thing after this page was opened."""
