"""The checks themselves: each finds what it is there to find."""

import pytest

from tests.browser.checks import axe, no_sideways_scroll
from tests.browser.tablet import Tablet

PAGE = '<!doctype html><html lang="en-GB"><title>Page</title><style>{style}</style><main><h1>Title</h1><p>{body}</p></main></html>'
GREY_IN = "@media (prefers-color-scheme: {}) {{ body {{ background: #777 }} p {{ color: #666 }} }}"


def show(page, content):
    """Nothing but this, which no content policy is about."""
    page.goto("about:blank")
    page.set_content(content)


@pytest.mark.parametrize(
    ("style", "body", "found"),
    [
        (GREY_IN.format("light"), "Hard to read", "in light: Found 1"),
        (GREY_IN.format("dark"), "Hard to read", "in dark: Found 1"),
        ("", '<img src="data:,">', "image-alt"),
    ],
    ids=["light", "dark", "no_alt"],
)
def test_axe_finds_what_is_wrong_in_either_scheme(style, body, found, desk_page):
    show(desk_page, PAGE.format(style=style, body=body))

    with pytest.raises(AssertionError, match=found):
        axe(desk_page)


def test_axe_is_content_with_a_page_in_order(desk_page):
    show(desk_page, PAGE.format(style="", body="Text"))

    axe(desk_page)


def test_what_makes_a_page_scroll_sideways_is_named(desk_page):
    show(desk_page, PAGE.format(style="p { width: 3000px }", body="Wide"))

    with pytest.raises(AssertionError, match="Wide"):
        no_sideways_scroll(desk_page)


@pytest.mark.parametrize(
    ("address", "action", "noted"),
    [
        ("/help/", "console.error('broken')", "console error: broken"),
        ("/help/", "setTimeout(() => { throw new Error('lost') })", "uncaught: lost"),
        ("/help/", "document.body.append(Object.assign(new Image(), { src: 'data:,' }))", "console error: content policy: img-src refused data"),
        ("about:blank", "fetch('http://elsewhere.test/').catch(() => {})", "request to elsewhere: http://elsewhere.test/"),
        ("about:blank", "fetch('http://192.0.2.1/').catch(() => {})", "request to elsewhere: http://192.0.2.1/"),
    ],
    ids=["console", "uncaught", "content_policy", "elsewhere", "elsewhere_by_number"],
)
def test_the_watcher_notes_what_a_page_does_behind_its_back(address, action, noted, desk_page, watcher):
    desk_page.goto(address)

    desk_page.evaluate(f"() => {{ {action} }}")
    desk_page.wait_for_timeout(300)

    assert [problem for problem in watcher.unexpected() if problem.startswith(noted)] != [], watcher.unexpected()
    watcher.expect(".")


TWO_BUTTONS = """<!doctype html><title>Page</title><style>button { display: block; block-size: 60px }</style><main></main>
<button onclick="document.title += ' one'">One</button><button onclick="document.title += ' two'">Two</button>
<button onclick="document.title += ' hidden'" hidden>Hidden</button>"""
A_PAGE_THAT_MOVES = "document.querySelector('main').style.height = '60px'"


def test_a_tap_meets_what_it_is_meant_for_and_nothing_else_though_the_page_moves_meanwhile(open_page, monkeypatch):
    page = open_page()
    show(page, TWO_BUTTONS)
    tap = page.touchscreen.tap
    monkeypatch.setattr(page.touchscreen, "tap", lambda x, y: (page.evaluate(A_PAGE_THAT_MOVES), tap(x, y)))

    Tablet(page).tap("Two")

    assert page.title() == "Page two"


def test_a_tap_waits_for_what_is_not_there_yet(open_page):
    page = open_page()
    show(page, TWO_BUTTONS)
    page.evaluate("setTimeout(() => document.querySelector('[hidden]').hidden = false, 300)")

    Tablet(page).touch(page.get_by_text("Hidden"))

    assert page.title() == "Page hidden"
