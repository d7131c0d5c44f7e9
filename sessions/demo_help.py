"""Made-up local services, words and a notice. The numbers are from the ranges kept free for drama; nobody answers there."""

import datetime

from sessions.models import HelpPage, LocalService, Notice

OUT_OF_HOURS = "Somebody answers on 0117 496 0100 until midnight, every day.\nAfter that: NHS 111, or the walk-in centre at the hospital."
SAFEGUARDING = "Duty social worker, day and night: 0117 496 0110.\nTell your coordinator the same day."
NEEDLESTICK = "Occupational health, at once: 0117 496 0120.\nEvenings and weekends: 0117 496 0121."
SUPPORT_CONTACTS = {
    "Harbour van": "Kim, 0117 496 0130",
    "Mill Street": "Kim, 0117 496 0130",
    "Evening round": "Lee, evenings, 0117 496 0131",
    "Chat line": "Kim, 0117 496 0130",
    "Canal House": "Bo, 0117 496 0132",
}
NOTICE = (
    "Some of what is sold as heroin this week knocks people out at once and for hours. More than one dose of naloxone may be needed. Stay together."
)

# (kind, name, phone, hours, walk in, site, days since it was checked)
SERVICES = [
    ("wound_care", "Wound clinic, Dock Road", "0117 496 0201", "Monday to Friday, 10 to 4", True, None, 20),
    ("wound_care", "Nurse on the van", "", "Tuesday and Thursday evenings", True, "Harbour van", 8),
    ("needle_exchange", "Mill Street exchange", "0117 496 0202", "Every day, 9 to 7", True, None, 45),
    ("blood_borne_virus_test", "Liver clinic", "0117 496 0203", "Wednesday, 1 to 5", False, None, 260),
    ("opioid_treatment", "Treatment service, first visits", "0117 496 0204", "Monday to Friday, 9 to 5", False, None, 90),
    ("naloxone_supply", "Pharmacy on Quay Street", "0117 496 0205", "Monday to Saturday, 8 to 8", True, None, 30),
    ("emergency_care", "Harbour hospital, A&E", "", "Day and night", True, None, 60),
]


def add_contacts(organisation):
    """The words that getting started asks for."""
    organisation.out_of_hours, organisation.safeguarding_contact, organisation.needlestick_contact = OUT_OF_HOURS, SAFEGUARDING, NEEDLESTICK
    organisation.save()


def make_local_help(organisation, *, sites, by, now):
    """What an administrator would enter in the first week."""
    today = now.date()
    places = {site.name: site for site in sites}
    for kind, name, phone, hours, walk_in, site, days in SERVICES:
        LocalService.objects.create(
            organisation=organisation,
            kind_id=kind,
            name=name,
            phone=phone,
            hours=hours,
            walk_in=walk_in,
            site=places.get(site),
            checked_on=today - datetime.timedelta(days=days),
        )
    HelpPage.objects.create(organisation=organisation, slug="harbour")
    ends_on = today + datetime.timedelta(days=10)
    Notice.objects.create(organisation=organisation, text=NOTICE, starts_on=today, ends_on=ends_on, created_at=now, created_by=by)
