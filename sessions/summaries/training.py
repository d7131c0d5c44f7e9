"""How far training reaches, as a block of a summary. The numbers come from whichever app knows of training (vein_care/summary_parts.py)."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.marks import in_words
from sessions.summaries import making
from sessions.summaries.shapes import Block, Column, Row
from vein_care.summary_parts import training_coverage


def training_block(chosen):
    """The Block, or None where there is no training here. Of the whole service, whatever site or setting was chosen: a site has few people.

    Numbers of people trained and of organisations need no hiding (intervention.md 6.6), so both views show the same. Four statements.
    """
    found = training_coverage(organisation=chosen.organisation, on=min(chosen.span.last, chosen.today))
    if found is None:
        return None
    rows, none = making.fold(tuple(Row(module.slug, module.title, (module.people, module.face_to_face, module.online)) for module in found.modules))
    return Block(
        name="training",
        heading=_("Who is trained"),
        sentence=_sentence(found),
        first=_("Module"),
        columns=(
            Column("done", _("Done"), "people"),
            Column("face_to_face", _("Face to face"), "people"),
            Column("online", _("Online"), "people"),
        ),
        rows=rows,
        chart=making.bars("training", _("People who have done each module"), rows or none, empty=_("There is no course here yet.")),
        folded=none,
        note=_(
            "People with an account on %(day)s, of the whole service: a single site may have too few people to be a number."
            " What has run out or was taken back does not count. Who did a module twice counts once, as it was done last."
        )
        % {"day": date_format(found.on, "j F Y")},
    )


def _sentence(found):
    if not found.people:
        return _("Nobody had an account here on that day.")
    if not found.trained:
        return _("Nobody with an account has done a module that still counts.")
    people = ngettext(
        "%(trained)s of the %(people)s person with an account has done at least one module that still counts.",
        "%(trained)s of the %(people)s people with an account have done at least one module that still counts.",
        found.people,
    ) % {"trained": in_words(found.trained), "people": in_words(found.people)}
    if found.organisations_trained is None:
        return people
    organisations = ngettext("They did so in %(count)s organisation.", "They did so in %(count)s organisations.", found.organisations_trained) % {
        "count": in_words(found.organisations_trained)
    }
    return f"{people} {organisations}"
