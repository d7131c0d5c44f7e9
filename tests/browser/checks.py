"""What every page is held against: axe in light and dark, and no scrolling sideways."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

from tests.browser.watching import AXE_BEGINS, AXE_ENDS

# Every rule of axe: WCAG 2.2 at AA, and what its makers call best practice. In dark only what depends on colours, since the rest is the same.
# Without preload, or it fetches every style sheet again and looks for its parts at wrong addresses.
OPTIONS = {"resultTypes": ["violations"], "preload": False}
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# What axe found wrong, without all that it looked at.
RUN = "options => axe.run(options).then(({ violations, url }) => ({ violations, url }))"
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
    page.wait_for_load_state()
    page.evaluate("text => console.debug(text)", AXE_BEGINS)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = [report for scheme, more in [("dark", OF_COLOURS), ("light", {})] if (report := axe_in(page, scheme, OPTIONS | more))]
    page.evaluate(SAY_LATER, AXE_ENDS)
    assert not found, "\n".join(found)


def axe_in(page, scheme, options):
    """What axe says of the page in light or dark, "" for nothing."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    results = AxeResults(page.evaluate(RUN, options))
    return f"in {scheme}: {results.generate_report()}" if results.violations_count else ""


def no_sideways_scroll(page):
    """Assert that the page is not wider than its window, naming what sticks out."""
    page.wait_for_load_state()  # a page that has only begun to come has nothing in it
    sticking_out = page.evaluate(WIDER_THAN_THE_PAGE)

    assert not sticking_out, "\n".join(sticking_out)


def looks_right(page):
    """Both at once, for a page that a test has come to."""
    no_sideways_scroll(page)
    axe(page)
