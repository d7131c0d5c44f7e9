"""Making, changing, closing and opening sites."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vein_care.accounts import audit
from vein_care.accounts.actions.refusals import Refused
from vein_care.accounts.models import Site, User


class StillNeeded(Refused):
    """Something at this site would stop working."""


@dataclass(frozen=True)
class Use:
    """One thing that still uses a site, as a sentence. prevents: the site cannot be closed before it is dealt with."""

    sentence: str
    prevents: bool = False


def people_at(site):
    """Active people whose usual site this is."""
    count = User.objects.filter(usual_site=site, is_active=True).count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)d person has it as their usual site. They will be asked for their site when they next start.",
        "%(count)d people have it as their usual site. They will be asked for their site when they next start.",
        count,
    )
    return [Use(sentence % {"count": count})]


def uses_of(site):
    """What still uses the site, from every app (settings.SITE_USES)."""
    return [use for name in settings.SITE_USES for use in import_string(name)(site)]


@transaction.atomic
def create_site(*, site, by):
    site.save()
    audit.record("site.created", by=by, target=site, kind=site.kind)
    return site


@transaction.atomic
def change_site(*, site, changed, by):
    if not changed:
        return
    site.save(update_fields=changed)
    audit.record("site.changed", by=by, target=site, changed=sorted(changed))


@transaction.atomic
def close_site(*, site, by):
    """Take a site out of use. People lose it as their usual site; records made there stay as they are.

    Raises StillNeeded, with a sentence, while something there cannot go on without it. Closing a closed site changes nothing.
    """
    site = Site.objects.select_for_update().get(pk=site.pk)
    if not site.is_active:
        return
    preventing = [use.sentence for use in uses_of(site) if use.prevents]
    if preventing:
        raise StillNeeded(_("This site cannot be closed yet. %(reason)s") % {"reason": " ".join(preventing)})
    moved = User.objects.filter(usual_site=site).update(usual_site=None)
    site.is_active = False
    site.save(update_fields=["is_active"])
    audit.record("site.closed", by=by, target=site, people=moved)


@transaction.atomic
def open_site(*, site, by):
    if Site.objects.filter(pk=site.pk, is_active=False).update(is_active=True):
        audit.record("site.opened", by=by, target=site)
