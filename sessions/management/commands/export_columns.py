from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from sessions.exports import reference


class Command(BaseCommand):
    help = "Write docs/reference/export-columns.md from the table of columns."

    def handle(self, *args, **options):
        path = Path(settings.BASE_DIR) / "docs" / "reference" / "export-columns.md"
        path.write_text(reference.render(), encoding="utf-8")
        self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}")
