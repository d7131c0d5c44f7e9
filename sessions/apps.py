from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    """The label was fixed before the first migration: Django's session framework owns the label `sessions`."""

    name = "sessions"
    label = "care_sessions"
    verbose_name = _("Card sessions")

    def ready(self):
        from sessions.codes import load_codes

        # After migrating and after a flush, as Django itself does for content types: code rows are part of the schema.
        post_migrate.connect(load_codes, sender=self)
