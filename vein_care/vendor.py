"""The third-party files that browsers load: made from npm packages in static/vendor/ at set-up, never committed.

Of each package only what we use is in its file, joined into one small module by vein_care/vendor.mjs, with the package's licence beside it.
tests/vein_care/test_vendor.py works out from the installed packages which modules that takes.
"""

import hashlib
import json
import shutil

from vein_care.folders import ROOT, cannot_write

PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
SCRIPT = ROOT / "vein_care" / "vendor.mjs"
LOCK = ROOT / "package-lock.json"
# Says what the files were made from, and their digests. collectstatic passes over names that begin with a dot.
STAMP = ".made"

# Path under static/vendor/ -> {module under node_modules/: what is used of it}. jose is here to seal records and for nothing more.
JOINED = {
    "idb/index.js": {"idb/build/index.js": ["openDB"]},
    "jose/index.js": {"jose/dist/webapi/jwe/compact/encrypt.js": ["CompactEncrypt"], "jose/dist/webapi/key/import.js": ["importJWK"]},
}
# Path under static/vendor/ -> path under node_modules/.
LICENCES = {"idb/LICENSE": "idb/LICENSE", "jose/LICENSE.md": "jose/LICENSE.md"}


def ensure_vendor_files(run, packages=PACKAGES, vendor=VENDOR):
    """Make `vendor` hold exactly these files, unless it does already.

    run(command) runs the joining. It raises if that fails; vein_care.bootstrap has one that finds Node.
    """
    try:
        if is_made(vendor):
            return
        run(joining(packages, vendor))
        for target, source in LICENCES.items():
            shutil.copyfile(str(packages / source), str(vendor / target))
        for path in sorted(vendor.rglob("*"), reverse=True):
            remove_if_stray(path, vendor)
        (vendor / STAMP).write_text(json.dumps({"of": sources(), "files": digests(vendor)}))
    except OSError as error:
        raise cannot_write(vendor, error) from error


def joining(packages, vendor):
    """The command that joins the modules and writes them into `vendor`."""
    wanted = {target: {"banner": banner(target, packages), "exports": exports} for target, exports in JOINED.items()}
    return ["node", str(SCRIPT), str(packages.resolve()), str(vendor), json.dumps(wanted)]


def banner(target, packages):
    name = target.split("/")[0]
    package = json.loads((packages / name / "package.json").read_text())
    return "/* {} {}, the parts in use, joined and minified. {} licence: see beside this file. */".format(
        name, package["version"], package["license"]
    )


def is_made(vendor):
    """True if `vendor` holds what this version of us makes of the pinned packages, and nobody has changed or added anything."""
    try:
        stamp = json.loads((vendor / STAMP).read_text())
    except (OSError, ValueError):
        return False
    return stamp == {"of": sources(), "files": digests(vendor)}


def sources():
    """A digest over what decides what is made."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in [LOCK, SCRIPT, ROOT / "vein_care" / "vendor.py"])).hexdigest()


def digests(vendor):
    """{path: digest} of every file in `vendor` but the stamp."""
    files = sorted(path for path in vendor.rglob("*") if path.is_file() and path != vendor / STAMP)
    return {path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def remove_if_stray(path, vendor):
    if path.is_dir():
        if not any(path.iterdir()):
            path.rmdir()
    elif path.relative_to(vendor).as_posix() not in {**JOINED, **LICENCES}:
        path.unlink()
