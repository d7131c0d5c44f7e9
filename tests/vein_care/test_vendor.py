"""vein_care/vendor.py: what browsers load of other people's work."""

import json
import os
import re
import subprocess
import sys

import pytest

from vein_care.vendor import JOINED, LICENCES, PACKAGES, STAMP, VENDOR, ensure_vendor_files, is_made, joining

JOSE = PACKAGES / "jose" / "dist" / "webapi"
OF_SEALING = ["jwe/compact/encrypt.js", "key/import.js"]
# Only in modules that open, sign or verify.
OF_OTHER_USES = ["compactDecrypt", "jwtVerify", "SignJWT", "ERR_JWT_EXPIRED", "ERR_JWKS_NO_MATCHING_KEY"]


def run(command):
    node = {"PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]}
    done = subprocess.run(command, env=node, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The files, made anew, and what the joining said."""
    folder = tmp_path_factory.mktemp("vendor")
    said = []
    ensure_vendor_files(lambda command: said.append(run(command)), vendor=folder)
    return folder, "".join(said)


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def exported_by(module):
    return sorted(name.split(" as ")[-1] for names in re.findall(r"export\{([^}]*)\}", module.read_text()) for name in names.split(","))


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


def test_each_file_exports_what_we_use_and_nothing_more():
    assert exported_by(VENDOR / "jose" / "index.js") == ["CompactEncrypt", "importJWK"]
    assert exported_by(VENDOR / "idb" / "index.js") == ["openDB"]


def test_of_jose_only_the_modules_of_sealing_are_inside(made):
    _, said = made
    joined = dict(line.split(" ", 1) for line in said.splitlines())

    assert {*joined["jose/index.js"].split()} <= {f"jose/dist/webapi/{module}" for module in modules_needed(OF_SEALING, JOSE)}
    assert joined["idb/index.js"] == "idb/build/index.js"


def test_nothing_of_opening_signing_or_verifying_is_inside():
    code = (VENDOR / "jose" / "index.js").read_text()

    assert [name for name in OF_OTHER_USES if name in code] == []
    assert len(code) < 22_000  # the sixteen modules as they come: 57,000


def test_the_files_stand_alone_and_name_their_package_and_licence():
    for target in JOINED:
        name = target.split("/")[0]
        code = (VENDOR / target).read_text()
        version = json.loads((PACKAGES / name / "package.json").read_text())["version"]
        assert not re.search(r"\bimport\s*[\"'{*(]|\bfrom\s*[\"']|sourceMappingURL", code)
        assert code.startswith(f"/* {name} {version}, ")


def test_each_package_brings_its_licence():
    assert {target.split("/")[0] for target in LICENCES} == {target.split("/")[0] for target in JOINED}
    assert [target for target, source in LICENCES.items() if (VENDOR / target).read_bytes() != (PACKAGES / source).read_bytes()] == []


def test_set_up_made_exactly_these_files_and_the_same_ones_each_time(made):
    folder, _ = made

    assert files_in(VENDOR) == files_in(folder) == sorted([*JOINED, *LICENCES, STAMP])
    assert [target for target in JOINED if (VENDOR / target).read_bytes() != (folder / target).read_bytes()] == []


def test_when_all_is_there_nothing_is_run(made):
    folder, _ = made

    ensure_vendor_files(lambda command: pytest.fail(f"ran {command}"), vendor=folder)


def test_what_was_changed_is_mended_and_strays_are_removed(tmp_path):
    def joined_again(command):
        ran.append(command)
        (tmp_path / "idb" / "index.js").write_text("joined")
        (tmp_path / "jose" / "index.js").write_text("joined")

    ran = []
    for folder in ["idb", "jose", "old/deep"]:
        (tmp_path / folder).mkdir(parents=True)
    ensure_vendor_files(joined_again, vendor=tmp_path)
    (tmp_path / "idb" / "index.js").write_text("changed")
    (tmp_path / "old" / "deep").mkdir(parents=True)
    (tmp_path / "old" / "deep" / "stray.js").write_text("left over")

    assert not is_made(tmp_path)
    ensure_vendor_files(joined_again, vendor=tmp_path)

    assert ran == [joining(PACKAGES, tmp_path)] * 2
    assert files_in(tmp_path) == sorted([*JOINED, *LICENCES, STAMP])
    assert not (tmp_path / "old").exists()
    assert (tmp_path / "idb" / "index.js").read_text() == "joined"


def test_half_a_set_up_does_not_count_as_one(tmp_path):
    def stops(command):
        (tmp_path / "idb").mkdir()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_vendor_files(stops, vendor=tmp_path)

    assert not is_made(tmp_path)
