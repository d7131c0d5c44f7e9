from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from training import coursefile
from training.actions import course


class Command(BaseCommand):
    help = "Check the shipped modules and load them: release 1 into an empty database, a draft release when files changed."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=coursefile.CONTENT_DIR, help="Where the modules are, if not in the app.")
        parser.add_argument("--check", action="store_true", help="Only check them.")

    def handle(self, *, folder, check, **options):
        try:
            modules = coursefile.read_course(folder).modules
        except coursefile.CourseError as error:
            raise CommandError(f"Nothing was loaded. Put these right first:\n{error}") from error
        if check:
            self.stdout.write(f"{len(modules)} modules read, nothing to put right.")
        else:
            self._load(modules)

    def _load(self, modules):
        release = course.load_course(modules) if modules else None
        if release is None:
            self.stdout.write("The course is as shipped; nothing to load.")
        elif release.number:
            self.stdout.write(f"Loaded {len(modules)} modules as release {release.number}.")
        else:
            self.stdout.write("Shipped modules differ from the newest versions: a draft release waits for an editor.")
