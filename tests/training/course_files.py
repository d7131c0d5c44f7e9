"""Small modules written into a folder, for tests that load or break them."""

WORDS = "Someone comes in out of the rain and asks for water and a few good filters. "

MODULE = """+++
slug = "{slug}"
position = {position}
title = "{title}"
summary = "What this module is about."
minutes = 10
expires_after_months = 24
country = "GB"
reviewed_on = 2026-11-22
clinical_reviewer = ""
+++
## Outcomes
- Say what this module is about.
- Choose a card that fits the moment.
- Tell apart what is known and what is not.

## Facilitator notes
**Thirty minutes.** {notes}
"""

LESSON = """+++
title = "{title}"
+++
## {heading}
{words}[K-T3].

![A plastic ampoule of water](card:ampoule)

Things that may help:

- A dry place [ours].
- A light [app].

> “Would you like to look at a card?”

What would you ask?
"""

CHECK = """[[checks]]
key = "{key}"
after_lesson = {after}
scenario = "Someone looks at the card and says nothing."
question = "What could you do?"
sources = ["K-T3", "ours"]
[[checks.answers]]
text = "Wait."
feedback = "It leaves room."
fits = true
[[checks.answers]]
text = "Go on to the next card."
feedback = "It may be too soon. Some time often helps."
fits = false
"""


def write_module(root, slug="why-vein-care", *, position=1, title="Why vein care"):
    """A module of three lessons and two checks that keeps every rule, in root/en-GB/<slug>. Returns its folder."""
    folder = root / "en-GB" / slug
    folder.mkdir(parents=True)
    (folder / "module.md").write_text(MODULE.format(slug=slug, position=position, title=title, notes=WORDS * 18), encoding="utf-8")
    for number, name in enumerate(["first", "second", "third"], start=1):
        lesson = LESSON.format(title=f"The {name} lesson", heading=f"The {name} screen", words=WORDS * 6)
        (folder / f"{number}-{name}.md").write_text(lesson, encoding="utf-8")
    checks = CHECK.format(key="a-quiet-moment", after=1) + "\n" + CHECK.format(key="another-one", after=3)
    (folder / "checks.toml").write_text(checks, encoding="utf-8")
    return folder


def change(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{before!r} is not in {path.name}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
