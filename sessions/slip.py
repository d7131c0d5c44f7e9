"""What the printed record slip holds: the questions and letters of the afterwards form, as boxes to tick."""

from sessions import paper


def present_slip(site):
    """Template context: `number` and `question` by name, and the answers to each. site: whose name and kit are printed."""
    stocked, others = paper.resources_at(site.pk)
    return {
        "site": site,
        "questions": {name: paper.question(name) for name in paper.QUESTIONS},
        "answers": {name: paper.answers(name) for name in [*paper.CLOSED_LISTS, *paper.TABLES] if name != "resources"},
        "stocked": stocked,
        "others": others,
        # Two to a sheet.
        "copies": range(2),
    }
