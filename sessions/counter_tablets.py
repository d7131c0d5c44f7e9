"""A site's own tablet, used by whoever is at the counter: an administrator gets a code for it, and the tablet gives the code back, once.

What it records names nobody. Its ticket says which site's tablet it is.
"""

import datetime

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sessions import tablets
from sessions.models import Tablet
from vein_care.accounts import audit

CODE_IS_GOOD_FOR = datetime.timedelta(days=1)


class UnknownCode(Exception):
    """No counter tablet waits for this code: it was used, ran out, was never given, or the tablet was revoked meanwhile."""


class CounterTabletForm(forms.ModelForm):
    """sites: those of the organisation that are open."""

    class Meta:
        model = Tablet
        fields = ["site", "label"]
        labels = {"site": _("At which site it stands"), "label": _("What it is called")}
        help_texts = {"label": _("As it says on the back, such as Counter 1. Not the name of a person.")}

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites
        self.fields["site"].required = True
        self.fields["site"].error_messages["required"] = _("Choose the site whose counter it stands at.")


@transaction.atomic
def expect(*, organisation, site, label, now, by):
    """A (Tablet, code): the tablet can do nothing until a device comes with the code, within a day."""
    tablet, _token = tablets.make_tablet(organisation=organisation, site=site, is_counter=True, now=now)
    tablet.label = label
    tablet.last_contact_at = None
    code = _new_code(tablet, now=now)
    tablet.save()
    audit.record("tablet.counter_expected", by=by, target=tablet, site=site.pk)
    return tablet, code


@transaction.atomic
def expect_again(*, tablet, now, by):
    """A new code for a counter tablet, such as after its browser was cleared. What holds its token now goes on until the code is used."""
    code = _new_code(tablet, now=now)
    tablet.save(update_fields=["enrol_hash", "enrol_until"])
    audit.record("tablet.counter_expected", by=by, target=tablet, site=tablet.site_id)
    return code


@transaction.atomic
def enrol(code, *, now):
    """The (Tablet, token) that a code stands for; the code and the token before are worth nothing from now on. Raises UnknownCode."""
    if not tablets.TOKEN.fullmatch(code):
        raise UnknownCode
    waiting = Tablet.objects.select_for_update(of=["self"]).select_related("site", "organisation")
    tablet = waiting.filter(enrol_hash=tablets.hash_of(code), enrol_until__gt=now, revoked_at=None).first()
    if tablet is None or not (tablet.site.is_active and tablet.organisation.is_active):
        raise UnknownCode
    token = tablets.new_token()
    tablet.token_hash, tablet.enrol_hash, tablet.enrol_until, tablet.last_contact_at = tablets.hash_of(token), None, None, now
    tablet.save(update_fields=["token_hash", "enrol_hash", "enrol_until", "last_contact_at"])
    audit.record("tablet.counter_enrolled", target=tablet, site=tablet.site_id)
    return tablet, token


def _new_code(tablet, *, now):
    code = tablets.new_token()
    tablet.enrol_hash, tablet.enrol_until = tablets.hash_of(code), now + CODE_IS_GOOD_FOR
    return code
