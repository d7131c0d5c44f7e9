"""The screens of the app that the course shows: static/training/screens/<name>.webp, taken in the same scenes as docs/images/."""

import io
from itertools import product

from PIL import Image

from tests.browser.tablet import A_LOOK_MS, Tablet
from tests.shots import scenes
from tests.shots.studio import settle
from vein_care.folders import ROOT

SCREENS_OF_THE_COURSE = ROOT / "static" / "training" / "screens"
MOST_BYTES_EACH = 45_000
# By the screen it is taken at: what a lesson calls the picture (`screen:<name>`), and the window that shows all that matters. Most
# are narrower than a tablet, so that the words can still be read when a lesson shows them on a phone.
PICTURES = {
    "home": ("home", 600, 800),
    "deck-short": ("deck", 768, 1060),
    "card-front": ("card-front", 600, 880),
    "card-back": ("card-back", 600, 1060),
    "wrap-up-filled": ("wrap-up", 600, 1010),
    "saved-waiting": ("saved", 600, 850),
    "not-today": ("not-today", 600, 520),
    "written": ("written", 600, 1254),
}
WIDTH, HEIGHT, PIXELS_EACH = 600, 800, 1.28
# The line on top of a demo, and its notice, would be taken for real by whoever reads the lesson.
MADE_UP = "#demo, .home-notices"
PIXELS_WIDE = (768, 684, 600)
QUALITIES = (90, 80, 70, 60, 50, 42)


class CourseStudio:
    """Stands in for a Studio, and keeps the pictures of the course alone."""

    def __init__(self, browser, server, *, folder):
        self.browser = browser
        self.server = server
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def new_page(self):
        context = self.browser.new_context(
            base_url=self.server.url,
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=PIXELS_EACH,
            has_touch=True,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
            service_workers="block",
        )
        return context.new_page()

    def take(self, page, screen):
        page.wait_for_timeout(A_LOOK_MS)  # also where no picture is wanted: a tap at once would be taken for half of the last one
        if screen not in PICTURES:
            return
        name, width, height = PICTURES[screen]
        hide_made_up(page, True)
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        path = self.folder / f"{name}.webp"
        path.write_bytes(small(page.screenshot(animations="disabled")))
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        hide_made_up(page, False)
        print(f"  {path.name}, {path.stat().st_size / 1000:.0f} kB")


def walk_for_the_course(browser, server, *, folder=SCREENS_OF_THE_COURSE):
    """The scenes in which these screens stand. They leave records in the demo, so others walk first."""
    studio = CourseStudio(browser, server, folder=folder)
    page = studio.new_page()
    page.clock.install()
    tablet = Tablet(page)
    scenes.signing_in(studio, tablet)
    scenes.home_and_deck(studio, tablet)
    scenes.one_card(studio, tablet)
    scenes.wrapping_up(studio, tablet)
    scenes.saving(studio, tablet)
    scenes.not_today(studio, tablet)
    scenes.pages_of_words(studio, tablet)
    page.context.close()


def hide_made_up(page, is_hidden):
    """Hide it, or show what was hidden by this alone."""
    page.evaluate(
        """([made_up, is_hidden]) => {
            for (const each of document.querySelectorAll(made_up)) {
                if (is_hidden && !each.hidden) each.dataset.hiddenForAPicture = "";
                if (is_hidden) each.hidden = true;
                else if ("hiddenForAPicture" in each.dataset) {
                    each.hidden = false;
                    delete each.dataset.hiddenForAPicture;
                }
            }
        }""",
        [MADE_UP, is_hidden],
    )


def small(png):
    """The picture as WebP, as wide and as good as fits into MOST_BYTES_EACH. Raises ValueError if nothing fits."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    for width, quality in product(PIXELS_WIDE, QUALITIES):
        made = io.BytesIO()
        whole.resize((width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS).save(made, "WEBP", quality=quality, method=6)
        if made.tell() <= MOST_BYTES_EACH:
            return made.getvalue()
    raise ValueError("This picture does not become small enough; take it in a lower window.")
