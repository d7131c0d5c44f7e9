"""What every page is held against: axe in light and dark, and no scrolling sideways."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.watching import AXE_BEGINS, AXE_ENDS

# Every rule of axe: WCAG 2.2 at AA, and what its makers call best practice.
# Without preload, or it fetches every style sheet again and looks for its parts at wrong addresses.
OPTIONS = {"resultTypes": ["violations"], "preload": False}
SAY_LATER = "text => new Promise(done => setTimeout(() => { console.debug(text); done() }, 50))"
WIDER_THAN_THE_PAGE = """
() => {
  const width = document.documentElement.clientWidth;
  const outside = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && (box.right > width + 0.5 || box.left < -0.5);
  };
  const seen = [...document.querySelectorAll("body *")].filter((each) => each.checkVisibility() && !each.closest(".visually-hidden, .skip-link"));
  const named = (each) => `${each.tagName.toLowerCase()}.${each.className} "${(each.textContent ?? "").trim().slice(0, 40)}"`;
  return document.documentElement.scrollWidth > width ? ["the page scrolls sideways", ...seen.filter(outside).map(named)] : [];
}
"""


def axe(page):
    """Assert that axe finds nothing, in light and in dark. Leaves the page in light."""
    found = []
    for scheme in ["dark", "light"]:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate("text => console.debug(text)", AXE_BEGINS)
        results = Axe().run(page, options=OPTIONS)
        page.evaluate(SAY_LATER, AXE_ENDS)
        if results.violations_count:
            found.append(f"in {scheme}: {results.generate_report()}")
    assert not found, "\n".join(found)


def no_sideways_scroll(page):
    """Assert that the page is not wider than its window, naming what sticks out."""
    sticking_out = page.evaluate(WIDER_THAN_THE_PAGE)

    assert sticking_out == []


def looks_right(page):
    """Both at once, for a page that a test has come to."""
    no_sideways_scroll(page)
    axe(page)
