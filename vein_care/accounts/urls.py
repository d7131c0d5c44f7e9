from django.urls import path, register_converter

from vein_care.accounts.scope import ScopeConverter
from vein_care.accounts.views import audit_trail, invitations, join, organisations, people, second_step, sites

app_name = "accounts"

register_converter(ScopeConverter, "scope")

urlpatterns = [
    path("join/", join.join, name="join"),
    path("accounts/second-step/read/", second_step.note_read, name="note-read"),
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/<scope:scope>/start/", organisations.getting_started, name="getting-started"),
    path("organisations/<scope:scope>/service/", organisations.service, name="service"),
    path("organisations/<scope:scope>/sites/", sites.site_list, name="site-list"),
    path("organisations/<scope:scope>/sites/new/", sites.site_new, name="site-new"),
    path("organisations/<scope:scope>/sites/<int:pk>/", sites.site_edit, name="site-edit"),
    path("organisations/<scope:scope>/sites/<int:pk>/close/", sites.site_close, name="site-close"),
    path("organisations/<scope:scope>/sites/<int:pk>/open/", sites.site_open, name="site-open"),
    path("organisations/<scope:scope>/people/", people.person_list, name="person-list"),
    path("organisations/<scope:scope>/people/<int:pk>/", people.person_detail, name="person-detail"),
    path("organisations/<scope:scope>/people/<int:pk>/deactivate/", people.person_deactivate, name="person-deactivate"),
    path("organisations/<scope:scope>/people/<int:pk>/activate/", people.person_activate, name="person-activate"),
    path("organisations/<scope:scope>/people/<int:pk>/link/", people.person_link, name="person-link"),
    path("organisations/<scope:scope>/people/<int:pk>/second-step/", people.person_second_step, name="person-second-step"),
    path("organisations/<scope:scope>/invite/", invitations.invite, name="invite"),
    path("organisations/<scope:scope>/invitations/", invitations.invitation_list, name="invitation-list"),
    path("organisations/<scope:scope>/invitations/<int:pk>/", invitations.invitation_detail, name="invitation-detail"),
    path("organisations/<scope:scope>/invitations/<int:pk>/renew/", invitations.invitation_renew, name="invitation-renew"),
    path("organisations/<scope:scope>/invitations/<int:pk>/revoke/", invitations.invitation_revoke, name="invitation-revoke"),
    path("organisations/<scope:scope>/audit/", audit_trail.audit_trail, name="audit-trail"),
]
