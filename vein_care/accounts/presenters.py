"""What every desk page shows around its content, and how events and people are put into words."""

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from vein_care.accounts.audit_labels import DETAILS, LABELS
from vein_care.accounts.models import Invitation, Organisation, Site, User
from vein_care.accounts.scope import Scope, sees_figures

# Events that happen before anybody is signed in.
FAILURES = {"person.sign_in_failed", "second_step.failed", "invitation.refused"}


def navigation(user):
    """Links this person may follow, as (label, url) pairs in their order."""
    links = []
    if user.has_perm("care_sessions.deliver_session") and user.organisation_id:
        links.append((_("Cards"), reverse("deliver:shell")))
        links.append((_("My work"), reverse("sessions:my-work")))
        links.append((_("Write down afterwards"), reverse("sessions:session-new")))
        links.append((_("Record slip"), reverse("sessions:record-slip")))
    if sees_figures(user):
        links.append((_("Summary"), reverse("sessions:summary")))
    if user.has_perm("training.take_training"):
        links.append((_("Training"), reverse("training:mine")))
    if user.has_perm("care_sessions.void_any_session") and user.organisation_id:
        links.append((_("Sessions"), reverse("sessions:session-list")))
    if user.has_perm("care_sessions.view_quarantine") and user.organisation_id:
        links.append((_("Records to look at"), reverse("sessions:quarantine-list")))
    if user.has_perm("care_sessions.resolve_quarantine") and user.organisation_id:
        links.append((_("Rescue file"), reverse("sessions:rescue")))
    if user.has_perm("cards.edit_card"):
        links.append((_("The deck"), reverse("cards:deck")))
    if user.has_perm("training.edit_module"):
        links.append((_("The course"), reverse("training:course")))
    if user.has_perm("training.view_training_state") and user.organisation_id:
        links.append((_("Who is trained"), reverse("training:grid")))
    if user.has_perm("training.run_event") and user.organisation_id:
        links.append((_("Events"), reverse("training:event-list")))
    if user.is_superuser:
        links.append((_("Services"), reverse("accounts:organisation-list")))
    elif user.organisation_id:
        links.extend(tabs(user, Scope(user.organisation)))
    # A worker comes to it from My work.
    if not user.has_perm("care_sessions.deliver_session") and user.has_perm("accounts.view_own_data"):
        links.append((_("My data"), reverse("sessions:my-data")))
    return links


def set_up_links(user):
    """Those of an administrator that lie in a menu of the header: what is set up once and looked at now and then."""
    if user.is_superuser or not user.organisation_id:
        return []
    scope = Scope(user.organisation)
    return [link for link in tabs(user, scope) if link[1] != reverse("accounts:person-list", args=[scope])]


def tabs(user, scope):
    """Links within one service, for those who look after it."""
    found = []
    if user.has_perm("accounts.manage_people"):
        found.append((_("People"), reverse("accounts:person-list", args=[scope])))
    if user.has_perm("accounts.manage_sites") and scope.organisation:
        found.append((_("Sites"), reverse("accounts:site-list", args=[scope])))
        found.append((_("Service"), reverse("accounts:service", args=[scope])))
    if user.has_perm("care_sessions.manage_local_services") and scope.organisation:
        found.append((_("Local services"), reverse("sessions:service-list", args=[scope])))
    if user.has_perm("care_sessions.manage_notices") and scope.organisation:
        found.append((_("Notice"), reverse("sessions:notice", args=[scope])))
    if user.has_perm("care_sessions.manage_tablets") and scope.organisation:
        found.append((_("Tablets"), reverse("sessions:tablet-list", args=[scope])))
    if user.has_perm("care_sessions.manage_summary_rules") and scope.organisation:
        found.append((_("Figures"), reverse("sessions:summary-rules", args=[scope])))
    if user.has_perm("accounts.view_audit_trail"):
        found.append((_("Audit trail"), reverse("accounts:audit-trail", args=[scope])))
    return found


def desk(request):
    """Template context: all links of a person, those that lie in the header and in its menu, and what the strip of a demo says."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    links, set_up = (navigation(user), set_up_links(user)) if signed_in else ([], [])
    header = [link for link in links if link not in set_up]
    return {"navigation": links, "header_links": header, "set_up_links": set_up} | demo_strip()


def demo_strip():
    """Template context of demo_words.html, the same for everyone."""
    return {
        "is_demo": settings.VEIN_CARE_DEMO,
        "is_demo_without_second_step": settings.VEIN_CARE_DEMO and not settings.SECOND_STEP_REQUIRED,
    }


def within(user, scope, **context):
    """Context of a page about one service. A superuser sees which one, with its own links; an administrator has those in the header."""
    return {"scope": scope, "tabs": tabs(user, scope) if user.is_superuser else []} | context


# Details that are the number of a person.
PEOPLE_IN_DETAILS = {"invited_by", "link_made_by"}


def present_events(events):
    """Rows of the audit page: dicts of `at`, `who`, `what`, `target`, `details`. Four statements at most, however many events."""
    names = _names(events)
    return [
        {
            "id": event.pk,
            "at": event.at,
            "who": event.actor_name or (_("Nobody signed in") if event.type in FAILURES else _("The system")),
            "what": LABELS.get(event.type, event.type),
            "target": names.get((event.target_type, event.target_id)) or _target_in_words(event),
            "details": "; ".join(f"{DETAILS.get(key, key)}: {_in_words(key, value, names)}" for key, value in sorted(event.details.items())),
        }
        for event in events
    ]


def _names(events):
    """{(model label, id): name} of everything the events are about."""
    wanted = {(event.target_type, event.target_id) for event in events}
    wanted |= {(User._meta.label, str(event.details[key])) for event in events for key in PEOPLE_IN_DETAILS & event.details.keys()}
    found = {}
    for model in [User, Site, Organisation, Invitation]:
        label = model._meta.label
        ids = [pk for of, pk in wanted if of == label and pk.isdecimal()]
        if ids:
            found |= {(label, str(row.pk)): str(row) for row in model.objects.filter(pk__in=ids)}
    return found


def _target_in_words(event):
    if not event.target_type:
        return ""
    try:
        name = apps.get_model(event.target_type)._meta.verbose_name
    except LookupError:
        name = event.target_type
    return f"{name} {event.target_id}"


def _in_words(key, value, names):
    if key in PEOPLE_IN_DETAILS:
        return names.get((User._meta.label, str(value)), value)
    if isinstance(value, list):
        return ", ".join(str(item).replace("_", " ") for item in value) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value
