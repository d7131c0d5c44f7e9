"""vein_care/vendor.py: what browsers load of other people's work."""

import re

from vein_care.vendor import ALLOWED, JOSE_MODULES, PACKAGES, VENDOR, copy_vendor_files

JOSE = PACKAGES / "jose" / "dist" / "webapi"
ENTRIES = ["jwe/compact/encrypt.js", "key/import.js"]


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def modules_needed(entries, folder):
    """Every module that the entries import, and so on, relative to `folder`."""
    needed, waiting = set(), [(folder / entry).resolve() for entry in entries]
    while waiting:
        module = waiting.pop()
        if module not in needed:
            needed.add(module)
            imports = re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", module.read_text())
            waiting += [(module.parent / name).resolve() for name in imports]
    return sorted(module.relative_to(folder.resolve()).as_posix() for module in needed)


def test_the_list_holds_what_sealing_needs_of_jose_and_nothing_more():
    assert modules_needed(ENTRIES, JOSE) == JOSE_MODULES
    assert len(JOSE_MODULES) == 16


def test_the_idb_module_imports_nothing():
    assert modules_needed(["index.js"], PACKAGES / "idb" / "build") == ["index.js"]


def test_set_up_copied_exactly_the_list():
    assert files_in(VENDOR) == sorted(ALLOWED)


def test_each_package_brings_its_licence():
    packages = {target.split("/")[0] for target in ALLOWED}

    assert {target.split("/")[0] for target in ALLOWED if "LICENSE" in target} == packages


def test_copying_again_mends_what_was_changed_and_removes_strays(tmp_path):
    copy_vendor_files(vendor=tmp_path)
    (tmp_path / "idb" / "index.js").write_text("broken")
    (tmp_path / "old" / "deep").mkdir(parents=True)
    (tmp_path / "old" / "deep" / "stray.js").write_text("left over")

    copy_vendor_files(vendor=tmp_path)

    assert files_in(tmp_path) == sorted(ALLOWED)
    assert not (tmp_path / "old").exists()
    assert (tmp_path / "idb" / "index.js").read_bytes() == (PACKAGES / "idb" / "build" / "index.js").read_bytes()
