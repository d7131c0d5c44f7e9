from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "cards"
    verbose_name = _("Cards")

    def ready(self):
        from cards.codes import load_practice_areas

        # After migrating and after a flush, as Django itself does for content types: code rows are part of the schema.
        post_migrate.connect(load_practice_areas, sender=self)
