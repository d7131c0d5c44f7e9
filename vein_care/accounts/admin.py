"""A few tables to look into. `Organisation.is_active` is the one thing that can be changed: closing a whole service has no page."""

from django.contrib import admin

from vein_care.accounts.actions import organisations
from vein_care.accounts.admin_site import ReadOnlyAdmin
from vein_care.accounts.models import AuditEvent, Invitation, Organisation, Site, User


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ["name", "country", "is_active", "created_at"]
    readonly_fields = ["name", "country", "created_at", "out_of_hours", "safeguarding_contact", "needlestick_contact"]

    def has_change_permission(self, request, obj=None):
        return True

    def save_model(self, request, obj, form, change):
        organisations.change_organisation(organisation=obj, changed=form.changed_data, by=request.user)


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin):
    list_display = ["name", "organisation", "kind", "time_zone", "is_active"]
    list_select_related = ["organisation"]


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["display_name", "login_name", "organisation", "roles", "is_active"]
    list_select_related = ["organisation"]
    search_fields = ["display_name", "login_name"]
    exclude = ["password"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "organisation", "created_at", "expires_at", "used_at", "revoked_at"]
    list_select_related = ["organisation"]
    exclude = ["token_hash"]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "type", "actor_name", "target_type", "target_id"]
    show_full_result_count = False
