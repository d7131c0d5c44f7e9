"""Puts the table of a whole run into docs/reference/faults.md and README.md, between their marks."""

import datetime
import re

from tests.faults.table import printed, tell, total
from vein_care.folders import ROOT

MARKS = "<!-- {} begins: made by `make faults do=\"--write\"` -->", "<!-- {} ends -->"


def write(cases, rows, versions, *, seconds):
    counted = total(rows).comparison
    today = datetime.date.today().isoformat()
    said = f"Run on {today}: {len(rows)} cases in {seconds / 60:.1f} minutes on {versions}."
    put("docs/reference/faults.md", "table", f"{said}\n\n{printed(rows)}")
    put("docs/reference/faults.md", "cases", described(cases))
    sentence = (
        f"{len(rows)} cases, {counted.saved:,} records saved on tablets, {counted.found:,} in PostgreSQL "
        f"({counted.for_a_look:,} of them for a coordinator's look, as they should be), "
        f"{len(counted.lost)} lost, {len(counted.doubled)} doubled ({today})."
    )
    put("README.md", "table", f"{sentence}\n\n<details><summary>All cases</summary>\n\n{printed(rows)}\n\n</details>")


def described(cases):
    """What each case does, by idea."""
    parts = []
    for idea in dict.fromkeys(each.idea for each in cases):
        lines = [f"- **{each.name}.** {each.what}" for each in cases if each.idea == idea]
        parts.append(f"### {idea}\n\n" + "\n".join(lines))
    return "\n\n".join(parts)


def put(name, mark, text):
    begins, ends = (part.format(mark) for part in MARKS)
    path = ROOT / name
    before = path.read_text()
    pattern = re.compile(f"{re.escape(begins)}.*?{re.escape(ends)}", re.DOTALL)
    if not pattern.search(before):
        raise ValueError(f"{name} has no place for the {mark}")
    path.write_text(pattern.sub(lambda _: f"{begins}\n{text}\n{ends}", before))
    tell(f"written: {name}, {mark}")
