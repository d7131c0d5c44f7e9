"""The parts of a summary in the order in which they are read. Page, report and files all show these."""

from sessions.summaries import offers, said, talks
from sessions.summaries.sources import source_of
from sessions.summaries.training import training_block


def blocks(chosen):
    """list[Block] of what was chosen, in either view. A constant number of statements."""
    return blocks_of(source_of(chosen))


def blocks_of(source):
    """The same of figures that are there already."""
    made = [
        offers.outcomes(source),
        offers.over_time(source),
        talks.areas(source),
        talks.cards(source),
        talks.resources(source),
        talks.short_of(source),
        talks.signposts(source),
        talks.moments(source),
        talks.length(source),
        talks.private_space(source),
        offers.reasons(source),
        offers.by_site(source),
        offers.by_setting(source),
        said.feedback(source),
        training_block(source.chosen),
    ]
    return [block for block in made if block is not None]
