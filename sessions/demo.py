"""Made-up people and sessions to try the product with. Drawn uniformly from a seeded generator: they look like no real service."""

import datetime
import random

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from cards.demo import make_draft
from sessions import reference
from sessions.deliver import current_deck
from sessions.demo_help import SUPPORT_CONTACTS, add_contacts, make_local_help
from sessions.feedback.demo import make_feedback
from sessions.forms import check_session
from sessions.models import CardSession, Resource, ResourceGiven, SiteResource
from sessions.recording import record_session
from vein_care.accounts import audit
from vein_care.accounts.models import Organisation, Site, User
from vein_care.accounts.roles import Role

PASSWORD = "try-vein-care"

# (login name, name, initials, role, organisation, what the start page says of them)
HARBOUR = "Harbour Outreach (made-up)"
MILLTOWN = "Milltown Exchange (made-up)"
PEOPLE = [
    ("jo", "Jo Marsh", "JM", Role.WORKER, HARBOUR, "worker"),
    ("sam", "Sam Reed", "SR", Role.WORKER, HARBOUR, "second worker, to share a tablet with"),
    ("toni", "Toni Hale", "TH", Role.TRAINER, HARBOUR, "trainer"),
    ("cass", "Cass Lowe", "CL", Role.COORDINATOR, HARBOUR, "coordinator"),
    ("ade", "Ade Quinn", "AQ", Role.ADMINISTRATOR, HARBOUR, "administrator"),
    ("eve", "Eve Shaw", "ES", Role.EDITOR, None, "editor, programme-wide"),
    ("max", "Max Bond", "MB", Role.EDITOR, None, "second editor, programme-wide"),
    ("robin", "Robin Far", "RF", Role.WORKER, MILLTOWN, "worker of the other organisation"),
    ("kit", "Kit Dale", "KD", Role.COORDINATOR, MILLTOWN, "coordinator of the other organisation"),
]
LOGINS = [(login_name, who) for login_name, *_rest, who in PEOPLE]

SITES = {
    HARBOUR: [("Harbour van", "van"), ("Mill Street", "place"), ("Evening round", "round"), ("Chat line", "chat")],
    MILLTOWN: [("Canal House", "place")],
}
USUAL_SITE = {"jo": "Harbour van", "sam": "Mill Street", "robin": "Canal House"}
SETTINGS = {"van": ["van"], "place": ["fixed_site"], "round": ["outreach_street", "hostel", "home_visit"], "chat": ["online_chat", "phone"]}
SESSIONS = 400
DAYS = 365
SEED = 1871


class AlreadySetUp(Exception):
    """There are organisations here already."""


@transaction.atomic
def seed():
    """Organisations, sites, people and a year of sessions. Raises AlreadySetUp unless there is no organisation yet."""
    if Organisation.objects.exists():
        raise AlreadySetUp
    chance = random.Random(SEED)
    organisations = {name: Organisation.objects.create(name=name, is_made_up=True) for name in SITES}
    sites = _make_sites(organisations, chance)
    people = _make_people(organisations, sites)
    administrator = next(person for person in people if Role.ADMINISTRATOR in person.roles)
    for organisation in organisations.values():
        add_contacts(organisation)
    make_local_help(organisations[HARBOUR], sites=sites, by=administrator, now=timezone.now())
    make_draft(by=next(person for person in people if Role.EDITOR in person.roles))
    workers = [person for person in people if person.has_perm("care_sessions.deliver_session")]
    _make_sessions(workers, sites, chance)
    make_feedback([site for site in sites if site.organisation == organisations[HARBOUR]], chance, today=timezone.localdate())
    audit.record("demo.seeded", sessions=SESSIONS)


def _make_sites(organisations, chance):
    """The sites in order; each stocks eight to twelve resources."""
    codes = list(Resource.objects.filter(is_retired=False).exclude(code="other").values_list("code", flat=True))
    sites = []
    for name, places in SITES.items():
        for label, kind in places:
            contact = SUPPORT_CONTACTS[label]
            site = Site.objects.create(organisation=organisations[name], name=label, kind=kind, support_contact=contact)
            stock = chance.sample(codes, chance.randint(8, 12))
            SiteResource.objects.bulk_create(SiteResource(site=site, resource_id=code) for code in stock)
            sites.append(site)
    return sites


def _make_people(organisations, sites):
    """One password hash for all, because making one is slow on purpose. They were there when the first session was held."""
    password = make_password(PASSWORD)
    beginning = timezone.now() - datetime.timedelta(days=DAYS)
    by_name = {site.name: site for site in sites}
    return [
        User.objects.create(
            login_name=login_name,
            display_name=name,
            initials=initials,
            roles=[role],
            organisation=organisations.get(organisation),
            usual_site=by_name.get(USUAL_SITE.get(login_name)),
            password=password,
            created_at=beginning,
        )
        for login_name, name, initials, role, organisation, _who in PEOPLE
    ]


def _make_sessions(workers, sites, chance):
    """Written down day by day, as they would have been: "written down last" then shows the newest day first."""
    drawn = []
    for _number in range(SESSIONS):
        worker = chance.choice(workers)
        site = chance.choice([site for site in sites if site.organisation_id == worker.organisation_id])
        drawn.append((worker, _draw(site, chance)))
    for worker, made_up in sorted(drawn, key=lambda pair: _when(pair[1])):
        _record(worker, made_up)


def _when(made_up):
    return made_up["held_on"], CardSession.PartOfDay.values.index(made_up["part_of_day"])


def _record(worker, made_up):
    """One session, through the form and the action that every session goes through."""
    form = check_session(made_up, organisation_id=worker.organisation_id, now=timezone.now())
    if form.problems():
        raise AssertionError(f"A made-up session breaks a rule: {form.problems()}")
    record_session(form, entry=CardSession.Entry.AFTERWARDS, delivered_by_id=worker.pk, submitted_by_id=worker.pk)


def _draw(site, chance):
    """A session as a record has it, every choice equally likely."""
    outcome = chance.choice(CardSession.Outcome.values)
    taken_up = outcome not in CardSession.NOT_TAKEN_UP
    day = timezone.now().astimezone(site.zone).date() - datetime.timedelta(days=chance.randint(1, DAYS))
    return {
        "site": site.pk,
        "setting": chance.choice(SETTINGS[site.kind]),
        "held_on": day.isoformat(),
        "part_of_day": chance.choice(CardSession.PartOfDay.values),
        "outcome": outcome,
        "reason": None if outcome == CardSession.Outcome.HELD else chance.choice([None, *_codes("reasons")]),
        **_draw_conversation(site, chance, taken_up=taken_up),
    }


def _draw_conversation(site, chance, *, taken_up):
    areas_recorded, resources_recorded, signposts_recorded = (taken_up and chance.random() < 0.9 for _part in range(3))
    areas = chance.sample(_codes("areas"), chance.randint(0, 3)) if areas_recorded else []
    return {
        "moment": chance.choice(_codes("moments")) if taken_up else "not_asked",
        "private_space": chance.choice([None, True, False]) if taken_up else None,
        "length_band": chance.choice([None, *_codes("lengths")]) if taken_up else None,
        "areas_recorded": areas_recorded,
        "areas": areas,
        "mattered_most": chance.choice([None, *areas]),
        **_draw_cards(chance, taken_up=taken_up),
        "resources_recorded": resources_recorded,
        "resources": _draw_resources(site, chance) if resources_recorded else [],
        "signposts_recorded": signposts_recorded,
        "signposts": chance.sample(_codes("signposts"), chance.randint(0, 2)) if signposts_recorded else [],
    }


def _draw_cards(chance, *, taken_up):
    """Up to four cards of the newest deck, if there is one."""
    number = current_deck()[0]
    cards = sorted(reference.release(number).versions) if number else []
    shown = chance.sample(cards, chance.randint(0, min(4, len(cards)))) if taken_up else []
    return {"deck_release": number, "cards": [{"slug": slug, "version": version} for slug, version in shown]}


def _draw_resources(site, chance):
    stock = sorted(site.stock.values_list("resource_id", flat=True))
    drawn = []
    for code in chance.sample(stock, chance.randint(0, 3)):
        status = chance.choice(ResourceGiven.Status.values)
        quantity = chance.choice([None, 1, 5, 10, 20]) if status == ResourceGiven.Status.GIVEN else None
        drawn.append({"code": code, "status": status, "quantity": quantity})
    return drawn


def _codes(table):
    return [item.code for item in reference.offered(table)]
