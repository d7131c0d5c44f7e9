from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from vein_care import data_dictionary


class Command(BaseCommand):
    help = "Write docs/reference/data-dictionary.md from the models."

    def handle(self, *args, **options):
        path = Path(settings.BASE_DIR) / "docs" / "reference" / "data-dictionary.md"
        path.write_text(data_dictionary.render(), encoding="utf-8")
        self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}")
