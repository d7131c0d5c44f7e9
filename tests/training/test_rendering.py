import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import rendering

PICTURES = {"ampoule": "/static/art/ampoule.svg"}


def shown(body, pictures=PICTURES):
    return rendering.screens_of(body, pictures=pictures)


def test_each_heading_begins_a_screen():
    screens = shown("## One *two*\n\nA **fact**.\n\n## Three\n\n- a\n- b\n\n1. c\n\n> Said aloud.")

    assert [screen.heading for screen in screens] == ["One two", "Three"]
    assert screens[0].html == "<p>A <strong>fact</strong>.</p>\n"
    assert screens[1].html == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n</ol>\n<blockquote>\n<p>Said aloud.</p>\n</blockquote>\n"


def test_a_source_key_becomes_a_small_mark_that_leads_to_the_list():
    (screen,) = shown("## One\n\nA fact [K-T3] [ours].")

    assert screen.html == (
        '<p>A fact&nbsp;<sup class="source-mark"><a href="#source-K-T3" '
        'title="Kesten and others 2023, the REACT study: what people and services said">K-T3</a></sup>'
        '&nbsp;<sup class="source-mark"><a href="#source-ours" title="Our own reading or advice">our reading</a></sup>.</p>\n'
    )


def test_a_source_key_before_a_colon_is_a_mark_too():
    (screen,) = shown("## One\n\nThey gave three reasons [K-T3]:\n\n- One [K-T3].")

    assert screen.html.count('<a href="#source-K-T3"') == 2
    assert "</sup>:</p>" in screen.html


def test_words_in_square_brackets_that_are_no_key_stay_words():
    assert shown("[Someone] came [NOBODY].")[0].html == "<p>[Someone] came [NOBODY].</p>\n"


def test_a_card_is_shown_by_the_picture_that_the_deck_has_now():
    (screen,) = shown("## One\n\n![An ampoule](card:ampoule)")

    assert screen.html == (
        '<figure class="lesson-picture"><img src="/static/art/ampoule.svg" alt="An ampoule" width="800" height="600" loading="lazy"></figure>\n'
    )


def test_a_picture_that_is_gone_leaves_the_words_that_tell_what_it_shows():
    (screen,) = shown("## One\n\n![An ampoule](card:ampoule)", pictures={})

    assert screen.html == '<figure class="lesson-picture">Picture: An ampoule</figure>\n'


def test_a_screen_of_the_app_has_its_own_size():
    (screen,) = shown("## One\n\n![Home](screen:home)")

    assert re.search(r'src="/static/training/screens/home[.\w]*\.webp" alt="Home" width="768" height="1024"', screen.html)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<iframe src=https://example.org></iframe>",
    "[x](javascript:alert(1))",
    "[x](https://example.org)",
    "<javascript:alert(1)>",
    "<https://example.org>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/png;base64,AAAA)",
    "![x](https://example.org/huge.png)",
    "![x](//example.org/x.png)",
    "![x](/etc/passwd)",
    '![" onerror="alert(1)](card:ampoule)',
    '![x](card:ampoule "\\" onerror=\\"alert(1)")',
    '![x](card:ampoule"><script>)',
    "[K-T3](javascript:alert(1))",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "**<b onclick=alert(1)>x</b>**",
    "| a |\n| - |\n| <script> |",
    "> " * 300 + "x",
    "*" * 5000,
    "![" * 2000,
    "[" * 5000,
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("render", [lambda body: "".join(screen.html for screen in shown(body)), rendering.facilitator_html])
def test_nothing_hostile_comes_through(render, body):
    html = render(f"## One\n\nBefore.\n\n{body}\n\nAfter.")

    assert "Before." in html
    nothing_but_what_is_allowed(html)


PIECES = st.sampled_from(
    ["<", ">", "&", '"', "'", "!", "[", "](", ")", "card:ampoule", "javascript:", "//x.y", "[K-T3]", "\n\n", "\n", "- ", "> ", "**", "`", "# ", "a"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_mixture_of_signs_gets_through(body):
    nothing_but_what_is_allowed("".join(screen.html for screen in shown(body)) + rendering.facilitator_html(body))


def nothing_but_what_is_allowed(html):
    tags = re.findall(r"<(/?)(\w+)([^>]*)>", html)
    assert {name for _slash, name, _rest in tags} <= rendering.TAGS
    for _slash, _name, rest in tags:
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', rest))
        assert set(attributes) <= {"src", "alt", "width", "height", "loading", "href", "title", "class", "start"}, rest
        assert attributes.get("src", "/static/").startswith("/static/")
        assert attributes.get("href", "#source-").startswith("#source-")


def test_facilitator_notes_keep_their_headings_below_those_of_the_page():
    html = rendering.facilitator_html("**Five minutes.** Ask.\n\n### In pairs\n\n- One [K-T3].")

    assert html.startswith("<p><strong>Five minutes.</strong> Ask.</p>\n<h3>In pairs</h3>\n<ul>")


def test_the_source_list_has_publications_first_and_says_what_is_our_own():
    sources = rendering.sources_of(["ours", "K-T3", "NOBODY", "K-T3", "app"])

    assert [source.key for source in sources] == ["K-T3", "ours", "app"]
    assert sources[0].url.startswith("https://")
    assert sources[1].label == "Our own reading or advice"
