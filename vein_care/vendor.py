"""The third-party files that browsers load: copied by an allow-list from npm packages into static/vendor/, never committed.

jose is here to seal records and nothing more, so only what `jwe/compact/encrypt.js` and `key/import.js` need is copied.
tests/vein_care/test_vendor.py works that list out anew from the installed package.
"""

import shutil

from vein_care.folders import ROOT, cannot_write

PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

JOSE_MODULES = [
    "jwe/compact/encrypt.js",
    "key/import.js",
    "lib/asn1.js",
    "lib/buffer_utils.js",
    "lib/content_encryption.js",
    "lib/deflate.js",
    "lib/jwe_algorithms.js",
    "lib/jwe_encrypt.js",
    "lib/jws_algorithms.js",
    "lib/key.js",
    "lib/key_algorithm.js",
    "lib/key_descriptor.js",
    "lib/key_management.js",
    "lib/validate.js",
    "util/base64url.js",
    "util/errors.js",
]

# Path under static/vendor/ -> path under node_modules/.
ALLOWED = {
    "idb/index.js": "idb/build/index.js",
    "idb/LICENSE": "idb/LICENSE",
    "jose/LICENSE.md": "jose/LICENSE.md",
} | {f"jose/{module}": f"jose/dist/webapi/{module}" for module in JOSE_MODULES}


def copy_vendor_files(packages=PACKAGES, vendor=VENDOR):
    """Make `vendor` hold exactly the allowed files. A file that is there already and the same is left alone."""
    try:
        for target, source in ALLOWED.items():
            copy_if_different(packages / source, vendor / target)
        for path in sorted(vendor.rglob("*"), reverse=True):
            remove_if_stray(path, vendor)
    except OSError as error:
        raise cannot_write(vendor, error) from error


def copy_if_different(source, target):
    if target.is_file() and target.read_bytes() == source.read_bytes():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(str(source), str(target))


def remove_if_stray(path, vendor):
    if path.is_dir():
        if not any(path.iterdir()):
            path.rmdir()
    elif path.relative_to(vendor).as_posix() not in ALLOWED:
        path.unlink()
