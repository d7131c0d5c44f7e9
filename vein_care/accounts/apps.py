from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "vein_care.accounts"
    label = "accounts"
    verbose_name = _("People and organisations")

    def ready(self):
        from vein_care.accounts import sign_in_log  # noqa: F401  connects allauth's and Django's sign-in signals
