"""Takes one picture in light and dark, and makes its file small."""

import io

from PIL import Image

SIZES = {
    768: {"width": 768, "height": 1024},
    1024: {"width": 1024, "height": 768},
    390: {"width": 390, "height": 844},
}
USUAL = (768, "light")
# These are kept at every size, in light and dark; of all others the usual one.
MAIN_SCREENS = {"home", "deck-short", "card-front", "card-back", "wrap-up-filled"}
# Drawings of few colours need no more; twice as many make the files a fifth larger and look the same.
COLOURS = 64
EXACT_COLOURS = 40
TALLEST = 6000


class Studio:
    """Pictures of one window size, named <screen>-<width>-<light or dark>.png."""

    def __init__(self, browser, server, *, width, size, folder, everything):
        self.browser = browser
        self.server = server
        self.width = width
        self.size = size
        self.folder = folder
        self.everything = everything
        folder.mkdir(parents=True, exist_ok=True)

    def new_page(self, *, origin=None, touch=True):
        context = self.browser.new_context(
            base_url=origin or self.server.url,
            viewport=self.size,
            has_touch=touch,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            service_workers="block",
        )
        return context.new_page()

    def take(self, page, screen):
        """Take what is wanted of this screen; leaves the page in light and at its usual size."""
        for theme in ["dark", "light"]:
            if self.wants(screen, theme):
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                self.keep(page, f"{screen}-{self.width}-{theme}")
                if self.everything:
                    self.keep_whole(page, f"{screen}-{self.width}-{theme}-whole")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def wants(self, screen, theme):
        return self.everything or screen in MAIN_SCREENS or (self.width, theme) == USUAL

    def keep(self, page, name):
        settle(page)
        shrink(page.screenshot(animations="disabled"), self.folder / f"{name}.png")
        print(f"  {name}.png")

    def keep_whole(self, page, name):
        """A long page in a window as tall as itself, so that nothing that stays in sight lies over it."""
        height = page.evaluate("document.documentElement.scrollHeight")
        if height <= self.size["height"]:
            return
        scrolled = page.evaluate("scrollY")
        page.set_viewport_size({"width": self.size["width"], "height": min(height, TALLEST)})
        self.keep(page, name)
        page.set_viewport_size(self.size)
        page.evaluate("place => scrollTo(0, place)", scrolled)


def settle(page):
    """Wait for pictures, which arrive after the page; those further down a long page may stay unloaded, and would be waited for without end."""
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """Promise.all(
            [...document.images]
                .filter((each) => each.checkVisibility() && (each.loading !== "lazy" || each.complete))
                .map((each) => each.decode().catch(() => {})),
        )"""
    )


def shrink(png, path):
    """Write it with few colours: drawings and paper keep theirs exactly, shadows and the edges of letters share the rest."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    by_frequency = [colour for _count, colour in sorted(image.getcolors(1 << 24), reverse=True)]
    common, rare = by_frequency[:EXACT_COLOURS], by_frequency[EXACT_COLOURS:]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in common for value in colour] + merged(rare, COLOURS - EXACT_COLOURS))
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def merged(colours, count):
    """A palette of `count` colours, as a flat list, that stands for all of these."""
    if not colours:
        return []
    strip = Image.new("RGB", (len(colours), 1))
    strip.putdata(colours)
    return strip.quantize(count, method=Image.Quantize.MEDIANCUT).getpalette()[: 3 * count]
