import pytest

from tests.training.course_files import change, write_module
from training import contents, coursefile


def problems_of(root):
    with pytest.raises(coursefile.CourseError) as error:
        coursefile.read_course(root)
    return error.value.problems


def the_problem(root):
    problems = problems_of(root)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_a_module_that_keeps_every_rule_is_read_whole(tmp_path):
    write_module(tmp_path)

    course = coursefile.read_course(tmp_path)

    (module,) = course.modules
    assert module.position == 1
    assert module.contents.title == "Why vein care"
    assert len(module.contents.outcomes) == 3
    assert [lesson.title for lesson in module.contents.lessons] == ["The first lesson", "The second lesson", "The third lesson"]
    assert module.contents.lessons[0].body.startswith("## The first screen\n")
    assert [check.after_lesson for check in module.contents.checks] == [1, 3]
    assert module.contents.checks[0].answers[1].fits is False
    assert module.contents.sources == ("K-T3", "ours", "app")


def test_contents_come_back_from_json_the_same(tmp_path):
    write_module(tmp_path)
    module = coursefile.read_course(tmp_path).modules[0].contents

    again = contents.from_json(contents.to_json(module))

    assert again == module
    assert again.digest == module.digest


def test_modules_come_in_the_order_of_their_positions(tmp_path):
    write_module(tmp_path, "b-second", position=2)
    write_module(tmp_path, "c-first", position=1)

    assert [module.contents.slug for module in coursefile.read_course(tmp_path).modules] == ["c-first", "b-second"]


def test_a_folder_without_modules_is_an_empty_course(tmp_path):
    assert coursefile.read_course(tmp_path).modules == ()


def test_a_file_that_windows_wrote_reads_the_same(tmp_path):
    folder = write_module(tmp_path)
    before = coursefile.read_course(tmp_path)
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert coursefile.read_course(tmp_path) == before


FLAWS = [
    # file, what stands there, what is written instead, rule, line
    ("module.md", 'title = "Why vein care"', 'title = "Wash your hands"', "title-imperative", 4),
    ("module.md", 'title = "Why vein care"', "", "part-missing", 1),
    ("module.md", 'title = "Why vein care"', 'title = "Why vein care', "not-toml", 4),
    ("module.md", 'slug = "why-vein-care"', 'slug = "another"', "slug-differs", 2),
    ("module.md", "position = 1", "position = 13", "out-of-range", 3),
    ("module.md", "position = 1", 'position = "1"', "wrong-kind", 3),
    ("module.md", "minutes = 10", "minutes = 45", "out-of-range", 6),
    ("module.md", "minutes = 10", "minutes = 20", "minutes-honest", 6),
    ("module.md", "expires_after_months = 24", "expires_after_months = true", "wrong-kind", 7),
    ("module.md", 'country = "GB"', 'country = "gb"', "unknown-country", 8),
    ("module.md", "reviewed_on = 2026-11-22", 'reviewed_on = "today"', "bad-date", 9),
    ("module.md", 'clinical_reviewer = ""', 'clinical_reviewer = ""\ncolour = "blue"', "unknown-part", 11),
    ("module.md", "## Outcomes", "## Aims", "unknown-section", 12),
    ("module.md", "- Say what", "Say what", "outcome-form", 13),
    ("module.md", "## Facilitator notes", "## Outcomes", "part-twice", 17),
    ("module.md", "**Thirty minutes.**", "# Thirty minutes\n", "heading-level", 18),
    ("module.md", "**Thirty minutes.**", "See <b>this</b>.", "no-html", 18),
    ("1-first.md", 'title = "The first lesson"', "", "part-missing", 1),
    ("1-first.md", 'title = "The first lesson"', 'title = "Ask first"', "title-imperative", 2),
    ("1-first.md", 'title = "The first lesson"', f'title = "{"x" * 81}"', "too-many-characters", 2),
    ("1-first.md", "+++\n## The", "## The", "no-front-matter", 1),
    ("1-first.md", "## The first screen", "Some words before it [ours].\n\n## The first screen", "screen-heading", 4),
    ("1-first.md", "## The first screen", "## A\n\n## B\n\n## C\n\n## The first screen", "screen-count", 4),
    ("1-first.md", "## The first screen", "## The first screen\n" + "word " * 150 + "[ours].\n", "screen-length", 4),
    ("1-first.md", "- A dry place [ours].", "- A dry place.", "source-missing", 11),
    ("1-first.md", "- A dry place [ours].", "- A dry place [K-NONE].", "unknown-source", 11),
    ("1-first.md", "Things that may help:", "Things that may help.", "source-missing", 9),
    ("1-first.md", "What would you ask?", "That is all:", "source-missing", 16),
    ("1-first.md", "What would you ask?", "### A smaller heading", "heading-level", 16),
    ("1-first.md", "What would you ask?", "Read on\n=======", "heading-level", 16),
    ("1-first.md", "What would you ask?", "Ask [here](https://example.org)?", "no-links", 16),
    ("1-first.md", "What would you ask?", "Ask <https://example.org>?", "no-links", 16),
    ("1-first.md", "What would you ask?", "Ask [K-T3][x]?\n\n[x]: javascript:alert(1)", "no-links", 16),
    ("1-first.md", "What would you ask?", "Ask [here](javascript:alert(1))?", "no-links", 16),
    ("1-first.md", "What would you ask?", "<script>alert(1)</script>", "no-html", 16),
    ("1-first.md", "What would you ask?", "Is it <img src=x onerror=alert(1)> this?", "no-html", 16),
    ("1-first.md", "What would you ask?", "Is it `this`?", "no-code", 16),
    ("1-first.md", "What would you ask?", "```\nIs it?\n```", "no-code", 16),
    ("1-first.md", "What would you ask?", "| a | b |\n| - | - |\n", "no-tables", 16),
    ("1-first.md", "What would you ask?", "What\u200b now?", "control-character", 16),
    ("1-first.md", "(card:ampoule)", "(card:unheard-of)", "picture-missing", 7),
    ("1-first.md", "(card:ampoule)", "(screen:unheard-of)", "picture-missing", 7),
    ("1-first.md", "(card:ampoule)", "(https://example.org/x.png)", "picture-foreign", 7),
    ("1-first.md", "(card:ampoule)", "(data:image/png;base64,AAAA)", "picture-foreign", 7),
    ("1-first.md", "(card:ampoule)", "(javascript:alert(1))", "picture-foreign", 7),
    ("1-first.md", "(card:ampoule)", "(card:../../etc/passwd)", "picture-foreign", 7),
    ("1-first.md", "![A plastic ampoule of water]", "![]", "picture-alt", 7),
    ("1-first.md", "![A plastic", "See this: ![A plastic", "picture-alone", 7),
    ("1-first.md", "## The first screen", "## The first screen\n" + "> " * 200 + "x" * 12_000, "too-many-characters", 4),
    ("checks.toml", 'key = "a-quiet-moment"', 'key = "another-one"', "check-twice", 17),
    ("checks.toml", 'key = "a-quiet-moment"', 'key = "A quiet moment"', "slug-form", 2),
    ("checks.toml", "after_lesson = 3", "after_lesson = 4", "check-place", 18),
    ("checks.toml", 'question = "What could you do?"', 'question = "Say something."', "question-asks", 5),
    ("checks.toml", 'scenario = "Someone looks', f'scenario = "{"x" * 400}', "too-many-characters", 4),
    ("checks.toml", '"K-T3", "ours"', '"K-T3", "NOBODY"', "unknown-source", 6),
    ("checks.toml", '["K-T3", "ours"]', "[]", "part-missing", 6),
    ("checks.toml", 'feedback = "It leaves room."', 'feedback = ""', "part-missing", 9),
    ("checks.toml", 'feedback = "It leaves room."', "", "part-missing", 7),
    ("checks.toml", "fits = true", 'fits = "yes"', "wrong-kind", 10),
    ("checks.toml", "fits = true", "fits = false", "answer-fits", 7),
    ("checks.toml", "[[checks]]", 'note = "x"\n[[checks]]', "unknown-part", 1),
    ("checks.toml", "[[checks]]", "[[check]]", "not-toml", 16),
]


@pytest.mark.parametrize(("name", "before", "after", "rule", "line"), FLAWS, ids=[f"{flaw[0]}-{flaw[3]}-{place}" for place, flaw in enumerate(FLAWS)])
def test_each_broken_rule_is_named_with_its_file_and_line(tmp_path, name, before, after, rule, line):
    folder = write_module(tmp_path)
    change(folder / name, before, after)

    problems = problems_of(tmp_path)

    assert (f"en-GB/why-vein-care/{name}", line, rule) in [(problem.file, problem.line, problem.rule) for problem in problems]
    assert all(len(problem.message) > 15 for problem in problems)


def test_problems_of_all_files_are_told_at_once(tmp_path):
    folder = write_module(tmp_path)
    change(folder / "module.md", "minutes = 10", "minutes = 99")
    change(folder / "2-second.md", "- A light [app].", "- A light.")
    change(folder / "checks.toml", "after_lesson = 3", "after_lesson = 9")
    write_module(tmp_path, "another", position=1)

    found = {(problem.file, problem.rule) for problem in problems_of(tmp_path)}

    assert found == {
        ("en-GB/why-vein-care/module.md", "position-twice"),
        ("en-GB/why-vein-care/2-second.md", "source-missing"),
        ("en-GB/why-vein-care/checks.toml", "check-place"),
        ("en-GB/why-vein-care/module.md", "out-of-range"),
    }


def test_a_missing_file_and_one_too_many_are_named(tmp_path):
    folder = write_module(tmp_path)
    (folder / "checks.toml").unlink()
    (folder / "2-second.md").rename(folder / "4-second.md")
    (folder / "notes.txt").write_text("x")

    found = {(problem.file.rsplit("/", 1)[1], problem.rule) for problem in problems_of(tmp_path)}

    assert found == {
        ("checks.toml", "file-missing"),
        ("3-third.md", "lesson-number"),
        ("4-second.md", "lesson-number"),
        ("notes.txt", "unknown-file"),
    }


def test_too_few_lessons_are_named(tmp_path):
    folder = write_module(tmp_path)
    (folder / "3-third.md").unlink()
    change(folder / "checks.toml", "after_lesson = 3", "after_lesson = 2")

    assert the_problem(tmp_path).rule == "lesson-count"


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    folder = write_module(tmp_path)
    (folder / "1-first.md").write_bytes(b'+++\ntitle = "\xff"\n+++\n')

    problems = problems_of(tmp_path)

    assert ("en-GB/why-vein-care/1-first.md", 2, "not-utf8") in [(problem.file, problem.line, problem.rule) for problem in problems]


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 3000], ids=["number", "list"])
@pytest.mark.parametrize("name", ["module.md", "1-first.md", "checks.toml"])
def test_a_value_beyond_all_measure_is_named(tmp_path, name, value):
    folder = write_module(tmp_path)
    (folder / name).write_text(f"x = {value}" if name == "checks.toml" else f"+++\nx = {value}\n+++\n", encoding="utf-8")

    assert (f"en-GB/why-vein-care/{name}", "not-toml") in [(problem.file, problem.rule) for problem in problems_of(tmp_path)]


def test_what_a_system_leaves_in_folders_for_itself_is_no_part_of_the_course(tmp_path):
    folder = write_module(tmp_path)
    (folder / ".DS_Store").write_bytes(b"\x00")
    (folder / "._1-first.md").write_bytes(b"\x00")
    (folder.parent / ".cache").mkdir()

    assert len(coursefile.read_course(tmp_path).modules) == 1


def test_a_picture_of_a_screen_that_is_too_big_is_named(tmp_path):
    screens = tmp_path / "screens"
    screens.mkdir()
    (screens / "home.webp").write_bytes(b"x" * (coursefile.MOST_BYTES_OF_A_SCREEN + 1))

    with pytest.raises(coursefile.CourseError, match="picture-bytes"):
        coursefile.read_course(tmp_path, screens=screens)


def test_the_shipped_course_keeps_every_rule():
    course = coursefile.read_course()

    assert [module.position for module in course.modules] == list(range(1, 13))
    assert all(module.contents.clinical_reviewer == "" for module in course.modules)
