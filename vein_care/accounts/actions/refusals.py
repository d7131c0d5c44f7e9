"""A rule that refuses says so in a sentence a person can read, and the page shows it."""


class Refused(Exception):
    """The sentence is the exception's text."""
