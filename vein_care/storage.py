"""Static files with hashed names, also inside ES modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the relative imports of ES modules to hashed names, so that browsers may keep every file for ever.

    collectstatic stops on a module that is missing or imported in a circle. Django calls this rewriting experimental,
    so tests/vein_care/test_storage.py follows every import of the collected modules.
    """

    support_js_module_import_aggregation = True
