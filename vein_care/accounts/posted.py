"""What a form is bound to, and what it says when somebody else was quicker."""

from contextlib import contextmanager

from django.db import IntegrityError
from django.utils.translation import gettext as _
from psycopg2.errors import UniqueViolation


def posted(request):
    """What was sent, also when nothing was filled in; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


@contextmanager
def told_when_taken(form):
    """Save inside of it what a valid form holds: a name taken since the form was checked, as by a second press of the button, is told on it."""
    try:
        yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        form.add_error(None, _("Nothing was saved here: somebody saved the same a moment ago. Look whether it is there already."))
