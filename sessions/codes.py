"""The codes of a session (intervention.md part 10) and their labels, kept as rows equal to the tables below.

A code, once used, is never renamed or given a new meaning; one no longer wanted is retired, and its label may change.
"""

from django.apps import apps as installed_apps
from django.utils.translation import gettext_noop as _

from cards import content_files

# The two "no answer" codes of reasons and moments: nobody asked, which is no fault of the worker, and asked but not said.
NO_ANSWER = {"not_asked": _("Not asked"), "prefer_not_to_say": _("Would rather not say")}

REASONS = {
    "competing_priorities": _("Something else mattered more today"),
    "illness": _("Ill today"),
    "no_time_today": _("No time today"),
    "no_private_space": _("Nowhere private to talk"),
    "not_interested": _("Not wanted"),
    "already_knows": _("Knows this already"),
    "not_about_injecting": _("Rather not talk about injecting"),
    "under_influence_or_unwell": _("Not up to it just then"),
    "language": _("No language in common"),
    "not_the_moment": _("Not the moment"),
    "other": _("Something else"),
} | NO_ANSWER

# Which of them a tablet asks for, in this order: the likely ones of each outcome, and all but "nobody asked" where a session stopped early.
# Any reason may be recorded with any of these outcomes.
REASONS_ASKED = {
    "declined": (
        "competing_priorities",
        "no_time_today",
        "not_interested",
        "already_knows",
        "not_about_injecting",
        "no_private_space",
        "under_influence_or_unwell",
        "language",
        "other",
        "prefer_not_to_say",
    ),
    "did_not_attend": ("illness", "competing_priorities", "no_time_today", "other"),
    "not_offered": ("not_the_moment", "no_time_today", "no_private_space", "under_influence_or_unwell", "language", "other"),
    "cut_short": tuple(code for code in REASONS if code != "not_asked"),
}

MOMENTS = {
    "routine_visit": _("Nothing in particular"),
    "asked_for_equipment": _("Came for equipment"),
    "pain_or_vein_trouble": _("Sore or hard-to-find veins"),
    "wound_or_infection_worry": _("Worried about a sore, a lump or an infection"),
    "new_to_injecting": _("New to injecting"),
    "after_hospital": _("Back from hospital"),
    "other": _("Something else"),
} | NO_ANSWER

SETTINGS = {
    "fixed_site": _("At the service"),
    "outreach_street": _("Out on foot"),
    "van": _("Van"),
    "pharmacy": _("Pharmacy"),
    "hostel": _("Hostel or supported housing"),
    "clinic": _("Clinic"),
    "hospital": _("Hospital"),
    "home_visit": _("Home visit"),
    "supervised_facility": _("Supervised facility"),
    "prison_or_custody": _("Prison or custody"),
    "online_chat": _("Chat or video"),
    "phone": _("Phone"),
    "other": _("Somewhere else"),
}

SIGNPOSTS = {
    "wound_care": _("Wound care"),
    "needle_exchange": _("Needle exchange"),
    "blood_borne_virus_test": _("Test for hepatitis or HIV"),
    "opioid_treatment": _("Opioid treatment"),
    "naloxone_supply": _("Where to get naloxone"),
    "vaccination": _("Vaccinations"),
    "gp": _("GP"),
    "emergency_care": _("A&E or ambulance"),
    "housing_benefits": _("Housing or benefits advice"),
    "mental_health": _("Mental health support"),
    "peer_support": _("Peer support"),
    "other": _("Another service"),
}

LENGTH_BANDS = {
    "under_5": _("Under 5 minutes"),
    "from_5_to_9": _("5 to 9 minutes"),
    "from_10_to_19": _("10 to 19 minutes"),
    "from_20": _("20 minutes or more"),
}


def load_codes(*, using="default", apps=installed_apps, **_signal):
    """Insert missing codes and bring labels and order up to date; what is retired stays retired. Safe to repeat.

    apps: as Django's post_migrate says it; without our models (migrated back to nothing) there is nothing to load into.
    """
    from sessions.models import LengthBand, Moment, Reason, Setting, SignpostKind
    from vein_care import memory

    if "reason" not in apps.all_models["care_sessions"]:
        return
    tables = {Reason: REASONS, Moment: MOMENTS, Setting: SETTINGS, SignpostKind: SIGNPOSTS, LengthBand: LENGTH_BANDS}
    for model, labels in tables.items():
        _load(model, {code: {"label": label} for code, label in labels.items()}, using=using)
    _load_resources(using=using)
    memory.forget()


def _load_resources(*, using):
    """Labels and the line to say aloud come from the deck's content, where the language check reads them."""
    from sessions.models import Resource

    shipped = content_files.resources()
    _load(Resource, {code: {"label": item["label"], "line": item["line"]} for code, item in shipped.items()}, using=using)


def _load(model, rows, *, using):
    fields = ["position", *next(iter(rows.values()))]
    model.objects.using(using).bulk_create(
        [model(code=code, position=position, **values) for position, (code, values) in enumerate(rows.items(), start=1)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=fields,
    )
