from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    default = True
    name = "vein_care.accounts"
    label = "accounts"
    verbose_name = _("People and organisations")

    def ready(self):
        from vein_care.accounts import second_step, sign_in_log  # noqa: F401  connect allauth's and Django's sign-in signals


class AdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "vein_care.accounts.admin_site.SuperuserSite"
