from django.core.management.base import BaseCommand

from sessions import sealing


class Command(BaseCommand):
    help = "Make a new sealing key in SEALING_KEYS_DIR. Tablets seal to it from their next contact; older keys stay for older records."

    def handle(self, *args, **options):
        self.stdout.write(f"Made {sealing.make_key()}. Back up the folder of keys now, apart from the database.")
