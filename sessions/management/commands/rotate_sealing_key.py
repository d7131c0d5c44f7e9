import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sessions import key_rotation, sealing


class Command(BaseCommand):
    help = (
        "Make a new sealing key, which tablets seal to from their next contact, and say which keys are kept and when each was last used. "
        "With --remove-old also take away keys that nothing can be sealed to any more. Only says what it would do unless --yes is given."
    )

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="Do it.")
        parser.add_argument("--remove-old", action="store_true", help="Take away old keys, too. It cannot be taken back.")
        parser.add_argument("--unused-days", type=int, default=400, help="A key that opened something in so many days stays (%(default)s).")

    def handle(self, *, yes, remove_old, unused_days, **options):
        if unused_days < settings.OLDEST_RECORD_DAYS:
            raise CommandError(
                f"--unused-days takes a number from {settings.OLDEST_RECORD_DAYS} (OLDEST_RECORD_DAYS): so long may a tablet hold a record."
            )
        self._check_folder()
        if remove_old:
            self._check_uses()
        try:
            if yes:
                self.stdout.write(f"Made {key_rotation.rotate()}.")
            else:
                self.stdout.write("Would make a new key.")
            self._go_through(yes=yes, remove_old=remove_old, unused_days=unused_days)
        except OSError as error:
            raise CommandError(f"The folder of keys cannot be written: {error}. Run this as the user whom the service runs as.") from error
        said = "Back up the folder of keys now, apart from the database." if yes else "Nothing was changed. Add --yes to do it."
        self.stdout.write(said)

    def _check_folder(self):
        try:
            sealing.require_key()
        except ImproperlyConfigured as missing:
            raise CommandError(str(missing)) from None
        if not os.access(settings.SEALING_KEYS_DIR, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise CommandError(
                f"The folder of keys, {settings.SEALING_KEYS_DIR}, cannot be written by this user. Run this as the user whom the service runs as."
            )

    def _check_uses(self):
        try:
            key_rotation.check_uses_are_noted()
        except key_rotation.UsesAreNotNoted:
            raise CommandError(
                "Records came in lately, but no key says that it opened one: the service cannot note in the folder of keys when they are used, so "
                "nobody can tell which are old. Let the user whom the service runs as own the folder and the files, and wait 400 days."
            ) from None

    def _go_through(self, *, yes, remove_old, unused_days):
        words = {"unused_days": unused_days, "in_use_days": key_rotation.days_in_use()}
        for verdict in key_rotation.judge(unused_days=unused_days, now=timezone.now()):
            key, why_kept = verdict.key, key_rotation.WHY_KEPT.get(verdict.why_kept, "").format(**words)
            used = f"{key.kid}, last used {key.used_at:%Y-%m-%d}"
            if why_kept:
                self.stdout.write(f"Kept     {used}: {why_kept}.")
            elif not remove_old:
                self.stdout.write(f"Kept     {used}: old. --remove-old would take it away.")
            elif yes:
                key_rotation.remove(key)
                self.stdout.write(f"Removed  {used}.")
            else:
                self.stdout.write(f"Would remove {used}.")
