"""What many tests share, made while they are still being loaded: the migrated database and the collected static files.

    python -m tests.beforehand          (make test does)

No test relies on it: who finds something missing makes it, and who comes meanwhile waits.
"""

import os

import django

import tests.environment  # noqa: F401  (starts the database, and sets what settings ask for)


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "vein_care.settings"
    django.setup()
    from tests.browser.serving import static_files
    from tests.migrated import migrated_database

    migrated_database()
    static_files()


if __name__ == "__main__":
    main()
