"""What me.json says, as plain data."""

from django.conf import settings
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from sessions import by_ticket, reference, sealing, tablets, tickets
from sessions.feedback.pages import ON_TABLET
from sessions.local_help import present_local_help
from sessions.models import SiteResource, SiteSignpost
from vein_care.accounts.device_keys import device_key
from vein_care.accounts.models import Site
from vein_care.accounts.presenters import navigation

SETTING_OF_KIND = {"place": "fixed_site", "van": "van", "round": "outreach_street", "chat": "online_chat"}
# The cards themselves, and what has a tile of its own in the menu because it works without a network, too.
OWN_TILES = [reverse_lazy("deliver:shell"), reverse_lazy("training:mine")]
NO_DEVICE = {"tablet": None, "ticket": None, "no_tablet": None, "tablet_workers": None}


def present_me(person, *, tablet_token, now):
    """All of me.json but the deck (docs/reference/hand-in.md), for somebody with a login. A constant number of statements.

    tablet_token: the tokens that the device has, the last used first and separated by commas; "new" if it has none and wants one; "" for neither.
    """
    organisation = person.organisation
    can_deliver = by_ticket.may_deliver(person, organisation)
    return _present(
        person,
        organisation=organisation,
        can_deliver=can_deliver,
        sites=_sites(Site.objects.visible_to(person)) if can_deliver else [],
        device=_device(person, tablet_token, now=now) if can_deliver else NO_DEVICE,
        links=[{"label": label, "url": url} for label, url in navigation(person) if url not in OWN_TILES],
        now=now,
    )


def present_bearer(bearer, *, now):
    """The same for a by_ticket.Bearer. What only a login opens is left out; the ticket comes back, renewed if it is half over."""
    own = Site.objects.visible_to(bearer.user) if bearer.user else Site.objects.filter(pk=bearer.tablet.site_id)
    return _present(
        bearer.user,
        organisation=bearer.organisation,
        can_deliver=True,
        sites=_sites(own),
        device={
            "tablet": {"id": str(bearer.tablet.pk), "token": bearer.token},
            "ticket": _ticket(bearer.user, bearer.tablet, now=now),
            "no_tablet": None,
            "tablet_workers": tickets.workers_on(bearer.tablet, now=now),
        },
        links=[],
        now=now,
    )


def _present(person, *, organisation, can_deliver, sites, device, links, now):
    """person: None at a counter tablet, which has one site."""
    usual = person.usual_site_id if person else sites[0]["id"]
    return {
        "schema": 1,
        "worker": {"id": person.pk, "display_name": person.display_name, "initials": person.initials} if person else None,
        "learner": device_key(person) if person else None,
        "can_deliver": can_deliver,
        "organisation": {"id": organisation.pk, "name": organisation.name} if organisation else None,
        "sites": sites,
        "usual_site": next((site["id"] for site in sites if site["id"] == usual), None),
        **device,
        "sealing_key": sealing.public_key(),
        "server_time": now.isoformat(),
        "demo": settings.VEIN_CARE_DEMO,
        "links": links,
    } | present_local_help(organisation, today=timezone.localdate(now))


def _sites(own):
    """Open ones of these sites with what each stocks and points to. A site where nothing was chosen offers everything."""
    stock = _chosen(SiteResource, own, "resource")
    signposts = _chosen(SiteSignpost, own, "kind")
    return [
        {
            "id": site.pk,
            "name": site.name,
            "setting": SETTING_OF_KIND[site.kind],
            "time_zone": site.time_zone,
            "resources": _of_those(stock.get(site.pk), "resources"),
            "signposts": _of_those(signposts.get(site.pk), "signposts"),
            "support_contact": site.support_contact,
            **_say(site),
        }
        for site in own.active().select_related("feedback_page")
    ]


def _say(site):
    """`say`: where people say how a talk here was, on this tablet. It is left out where that is not open, since me.json is not compressed."""
    page = getattr(site, "feedback_page", None)
    return {"say": f"{reverse('say', args=[page.code])}?{ON_TABLET}"} if page and page.is_open else {}


def _chosen(model, own, code):
    """{site id: set of codes}"""
    chosen = {}
    rows = model.objects.order_by().filter(site__in=own)
    for site_id, value in rows.values_list("site_id", f"{code}_id"):
        chosen.setdefault(site_id, set()).add(value)
    return chosen


def _of_those(chosen, table):
    """Codes in use, in the order in which they are shown: the chosen ones, or all when none was chosen."""
    return [item.code for item in reference.offered(table) if chosen is None or item.code in chosen]


def _device(person, tablet_token, *, now):
    """`tablet`, `ticket`, `tablet_workers` (whose PINs may go on working on it), and `no_tablet`: why a device that asked has none.

    The tablet's token goes along unless it is the one that the device named first.
    """
    tokens = tablets.read_tokens(tablet_token)
    if tokens is None:
        return NO_DEVICE
    try:
        tablet, token = tablets.tablet_of(person, tokens, now=now)
    except tablets.RevokedTablet:
        return NO_DEVICE | {"no_tablet": "revoked"}
    except tablets.TooManyTablets:
        return NO_DEVICE | {"no_tablet": "too_many"}
    said = {"id": str(tablet.pk)} | ({"token": token} if token not in tokens[:1] else {})
    ticket = _ticket(person, tablet, now=now)
    return {"tablet": said, "ticket": ticket, "no_tablet": None, "tablet_workers": tickets.workers_on(tablet, now=now)}


def _ticket(person, tablet, *, now):
    ticket, value = tickets.issue(user=person, tablet=tablet, now=now)
    return {"value": value, "expires_at": ticket.expires_at.isoformat()}

