"""allauth's pages of the second step, one by one, and with the methods they are made for: Django's form views would take PUT for POST."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

form_page = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("", require_safe(base.index), name="mfa_index"),
    path("code/", form_page(base.authenticate), name="mfa_authenticate"),
    path("again/", form_page(base.reauthenticate), name="mfa_reauthenticate"),
    path("app/", form_page(app.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", form_page(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("passkeys/", require_safe(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", form_page(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/again/", form_page(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/", form_page(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", form_page(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("recovery-codes/", require_safe(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", form_page(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", require_safe(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]
