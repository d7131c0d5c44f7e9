"""vein_care/storage.py: collected static files, and the ES modules among them."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import urljoin

import pytest

from tests.collected import collected_static_files
from vein_care.folders import ROOT
from vein_care.storage import without_comments

IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']""")
HASHED = re.compile(r"\.[0-9a-f]{8}\.\w+$")
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LINE_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


# Reads pairs of modules and prints the numbers of those that are not the same program.
SAME_PROGRAM = """
import { readFileSync } from "node:fs";
import { minify } from "terser";
const small = async (code) => (await minify(code, { module: true, compress: false, mangle: false })).code;
const pairs = JSON.parse(readFileSync(0, "utf8"));
const different = await Promise.all(pairs.map(async ([one, other]) => (await small(one)) !== (await small(other))));
console.log(JSON.stringify(different.flatMap((isDifferent, index) => (isDifferent ? [index] : []))));
"""


@pytest.fixture(scope="module")
def collected():
    """The folder that collectstatic fills for production."""
    return collected_static_files()


def own_modules(collected):
    return [path for path in collected.rglob("*.js") if path.relative_to(collected).parts[0] in {"js", "vendor"}]


def imports_of(module):
    source = LINE_COMMENT.sub("", BLOCK_COMMENT.sub("", module.read_text()))
    return IMPORT.findall(source)


def test_every_import_of_a_collected_module_leads_to_a_hashed_file_that_exists(collected):
    modules = own_modules(collected)

    broken = [
        f"{module.relative_to(collected)} imports {name}"
        for module in modules
        for name in imports_of(module)
        if not name.startswith(".") or not HASHED.search(name) or not (module.parent / name).is_file()
    ]

    assert modules
    assert broken == []


def test_every_address_in_a_collected_style_sheet_leads_to_a_file(collected):
    broken = []
    for sheet in collected.rglob("*.css"):
        for address in re.findall(r"""url\(["']?([^"')]+)["']?\)""", sheet.read_text()):
            if address.startswith(("data:", "#")):
                continue
            path = urljoin(f"/{sheet.relative_to(collected)}", address).split("#")[0].split("?")[0]
            if not (collected / path.removeprefix("/")).is_file():
                broken.append(f"{sheet.relative_to(collected)}: {address}")

    assert broken == []


def test_every_name_in_the_manifest_has_its_file_and_only_hashed_files_are_kept(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]

    assert [hashed for hashed in names.values() if not (collected / hashed).is_file()] == []
    assert [name for name in names if (collected / name).is_file() and name not in names.values()] == []


def test_text_files_are_also_there_compressed(collected):
    modules = own_modules(collected)

    assert [module for module in modules if module.stat().st_size > 2000 and not module.with_name(module.name + ".br").is_file()] == []


# Comments


def own_sources(ending):
    return sorted((ROOT / "static" / ending).rglob(f"*.{ending}"))


def test_a_module_without_its_comments_is_the_same_program_on_the_same_lines():
    sources = [path.read_text() for path in own_sources("js")]
    stripped = [without_comments(text, is_script=True) for text in sources]

    node = {"PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]}
    command = ["node", "--input-type=module", "--eval", SAME_PROGRAM]
    done = subprocess.run(command, input=json.dumps(list(zip(sources, stripped, strict=True))), cwd=ROOT, env=node, capture_output=True, text=True)

    assert done.stdout.strip() == "[]", done.stderr
    assert [text.count("\n") for text in stripped] == [text.count("\n") for text in sources]
    assert sum(map(len, stripped)) < 0.9 * sum(map(len, sources))


def test_what_is_collected_has_no_such_comments_and_others_keep_theirs(collected):
    ours = [path for folder in ["js", "css"] for path in (collected / folder).rglob("*.*") if path.suffix in {".js", ".css"}]

    assert len(ours) > 40
    assert [path.name for path in ours if without_comments(path.read_text(), is_script=path.suffix == ".js") != path.read_text()] == []
    assert "licence" in next((collected / "vendor" / "jose").glob("index.*.js")).read_text()


def test_a_style_sheet_without_its_comments_says_the_same():
    def rules(text):
        return re.sub(r"\s+", " ", BLOCK_COMMENT.sub("", text)).strip()

    different = [path.name for path in own_sources("css") if rules(without_comments(path.read_text(), is_script=False)) != rules(path.read_text())]

    assert own_sources("css")
    assert different == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/* a */\nb;\n", "\nb;\n"),
        ("  /**\n   * a\n   */\n  b;\n", "\n\n\nb;\n"),
        ("b;\n  // a\nc;\n", "b;\n\nc;\n"),
        ("b; // a\n", "b; // a\n"),
        ("/* a */ b;\n/* c */\n", "/* a */ b;\n\n"),
        ('const address = "http://b";\n', 'const address = "http://b";\n'),
    ],
)
def test_indentation_and_only_comments_that_have_their_lines_to_themselves_are_left_out(text, left):
    assert without_comments(text, is_script=True) == left
