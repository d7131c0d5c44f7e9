"""Organisations, sites, people, invitations and the audit trail. This app knows no other app."""

from vein_care.accounts.models.audit import AuditEvent
from vein_care.accounts.models.invitations import Invitation
from vein_care.accounts.models.organisations import OfOrganisation, Organisation, Site
from vein_care.accounts.models.people import User
from vein_care.accounts.validators import check_time_zone  # noqa: F401  migration 0001 looks for it here

__all__ = ["AuditEvent", "Invitation", "OfOrganisation", "Organisation", "Site", "User"]
