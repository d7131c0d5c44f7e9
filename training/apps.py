from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from vein_care import summary_parts


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self):
        from training.coverage import coverage

        summary_parts.tells_training(coverage)
