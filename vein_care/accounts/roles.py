"""Who may do what: the one table that maps roles to permissions (design.md §6).

Code asks only `user.has_perm("…")`. Which rows a person reaches is another question, answered by `visible_to(user)` querysets.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    WORKER = "worker", _("Worker")
    TRAINER = "trainer", _("Trainer")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMINISTRATOR = "administrator", _("Administrator")
    EDITOR = "editor", _("Editor")


# Every role takes training and sees its own certificates and data.
EVERYONE = frozenset({"training.take_training", "accounts.view_own_data"})

PERMISSIONS = {
    Role.WORKER: EVERYONE
    | {
        "care_sessions.deliver_session",
        "care_sessions.void_own_session",
    },
    Role.TRAINER: EVERYONE
    | {
        "training.assign_module",
        "training.run_event",
        "training.view_training_state",
    },
    Role.COORDINATOR: EVERYONE
    | {
        "care_sessions.view_summary",
        "care_sessions.export_sessions",
        "care_sessions.view_quarantine",
        "care_sessions.resolve_quarantine",
        "care_sessions.void_any_session",
        "care_sessions.print_feedback_poster",
    },
    Role.ADMINISTRATOR: EVERYONE
    | {
        "accounts.manage_people",
        "accounts.manage_sites",
        "accounts.view_audit_trail",
        "care_sessions.manage_stock",
        "care_sessions.manage_local_services",
        "care_sessions.manage_notices",
        "care_sessions.manage_tablets",
        "care_sessions.manage_feedback_pages",
        "care_sessions.manage_summary_rules",
        "care_sessions.print_feedback_poster",
    },
    # Whoever belongs to no organisation sees figures to share, over all of them, and no others (docs/decisions/0052-summaries.md).
    Role.EDITOR: EVERYONE
    | {
        "care_sessions.view_programme_summary",
        "cards.edit_card",
        "cards.review_card",
        "cards.publish_release",
        "cards.recall_card",
        "training.edit_module",
        "training.review_module",
        "training.publish_module",
    },
}

ALL_PERMISSIONS = frozenset().union(*PERMISSIONS.values())

# Roles held across organisations: a person with one of these belongs to none.
PROGRAMME_WIDE = frozenset({Role.EDITOR})

# Roles that need a second step at sign-in (design.md §6): everyone's but the worker's.
WITH_SECOND_STEP = frozenset(Role) - {Role.WORKER}


def permissions_of(roles):
    """The permissions of somebody holding these role codes; unknown codes give nothing."""
    granted = frozenset()
    for role in roles:
        granted |= PERMISSIONS.get(role, frozenset())
    return granted
