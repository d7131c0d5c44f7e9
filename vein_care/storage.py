"""Static files with hashed names, also inside ES modules, and without our comments and indentation."""

import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Comments that have their lines to themselves. What begins or ends beside code stays.
BLOCK_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)
LINE_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
# Enough to tell the versions of one file apart. Digests do not compress: of Django's twelve digits each, a tablet's first load had 0.8 kB more.
DIGITS_OF_A_HASH = 8


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the relative imports of ES modules to hashed names, so that browsers may keep every file for ever.

    collectstatic stops on a module that is missing or imported in a circle. Django calls this rewriting experimental,
    so tests/vein_care/test_storage.py follows every import of the collected modules.
    """

    support_js_module_import_aggregation = True

    def save(self, name, content, max_length=None):
        """Comments are a quarter of what a tablet would load of our modules; like indentation they are for those who read the source."""
        if is_ours(name):
            content = ContentFile(without_comments(content.read().decode(), is_script=name.endswith(".js")).encode())
        return super().save(name, content, max_length)

    def file_hash(self, name, content=None):
        digest = super().file_hash(name, content)
        return digest and digest[:DIGITS_OF_A_HASH]

    def post_process(self, paths, *arguments, **options):
        """Django makes the hashed files from the sources; ours are made from what was saved here."""
        places = {name: (self, name) if is_ours(name) else place for name, place in paths.items()}
        yield from super().post_process(places, *arguments, **options)


def is_ours(name):
    return name.startswith(("js/", "css/")) and name.endswith((".js", ".css"))


def without_comments(text, *, is_script):
    """The text with empty lines where comments were, so that every line keeps its number. No module of ours has text that goes over several lines."""
    text = BLOCK_COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    return INDENTATION.sub("", LINE_COMMENT.sub("", text) if is_script else text)
