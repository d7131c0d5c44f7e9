"""Every address of the product. tests/test_access.py holds a row for each; PUBLIC there is the short list of those open to all."""

from allauth.account import views as account_views
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_http_methods, require_safe

from sessions.feedback.pages import say, tapped
from sessions.local_help import public_page
from vein_care import views

# Django's form views would take PUT for POST.
form_page = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("sessions/", include("sessions.urls")),  # first, since a tablet's records are most of what comes
    path("", views.home, name="home"),
    path("healthz", views.health, name="health"),
    path("accounts/login/", form_page(account_views.login), name="account_login"),
    path("accounts/logout/", form_page(account_views.logout), name="account_logout"),
    path("accounts/inactive/", require_safe(account_views.account_inactive), name="account_inactive"),
    path("accounts/again/", form_page(account_views.reauthenticate), name="account_reauthenticate"),
    path("accounts/password/", form_page(account_views.password_change), name="account_change_password"),
    path("accounts/second-step/", include("vein_care.accounts.urls_second_step")),
    path("", include("vein_care.accounts.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("deck/", include("cards.urls")),
    path("training/", include("training.urls")),
    path("deliver/lessons/", include("training.urls_lessons")),
    path("deliver/", include("sessions.urls_deliver")),
    path("", include("cards.urls_public")),
    path("", include("training.urls_public")),
    path("help/", views.get_help, name="help"),
    path("help/<slug:slug>/", public_page, name="local-help"),
    path("say/<slug:code>/", say, name="say"),
    path("say/<slug:code>/tapped/", tapped, name="say-tapped"),
    path("written/", views.written, name="written"),
]

handler400 = "vein_care.views.bad_request"
handler403 = "vein_care.views.permission_denied"
handler404 = "vein_care.views.page_not_found"
handler500 = "vein_care.views.server_error"
