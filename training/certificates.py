"""What shows that a module was done: a page of paper for whoever did it, and an answer to its code that names nobody.

Only the one who did it can have the paper; whoever is shown it can hold its code against the public page.
"""

import datetime
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from fpdf import FPDF

from training.actions.completing import CODE_LETTERS, LETTERS
from training.models import Completion

GROUP = 4
INK, SOFT, TEAL, PAPER, SAND = "#1f3a44", "#48616b", "#1f6d74", "#f6efe4", "#dccdb4"
MARGIN_MM = 24
CODE_MM = 34
# Where systems keep a font with the letters of most names. The PDF's own fonts know those of Western Europe alone.
FONTS = [
    ("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"),
    ("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf"),
    ("/Library/Fonts/Arial Unicode.ttf", "/Library/Fonts/Arial Unicode.ttf"),
]
OWN_FONT = "Helvetica"
SIZES_OF_NAMES = [30, 24, 20, 16]
# Letters that do not come apart into a plain one and a mark.
PLAIN_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-"})


def read_code(typed):
    """A code as it is kept: capitals without what people put between them. "" for what cannot be one."""
    code = re.sub(r"[\s.\-–_]", "", typed).upper()
    return code if len(code) == CODE_LETTERS and set(code) <= set(LETTERS) else ""


def in_groups(code):
    """ABCD-EFGH-JKMN-PQRS: easier to read out and to type."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


@dataclass(frozen=True)
class Answer:
    """What the public page says of a code: no person, no service. standing: "good", "over" or "withdrawn"."""

    module: str
    version: int
    mode: str
    completed_on: object
    expires_on: object
    standing: str

    @property
    def good_until(self):
        """The last day on which it was or is good, None when it does not run out."""
        return self.expires_on and self.expires_on - datetime.timedelta(days=1)


def answer_to(code, *, today):
    """The Answer to a code, or None where there is none. One statement."""
    found = Completion.objects.filter(code=code).select_related("version").first() if code else None
    if found is None:
        return None
    return Answer(
        found.version.title, found.version.number, found.get_mode_display(), found.completed_on, found.expires_on, standing_of(found, today)
    )


def standing_of(completion, today):
    if completion.withdrawn_at:
        return "withdrawn"
    return "over" if completion.expires_on and completion.expires_on <= today else "good"


def address_of(completion, request):
    """Where the code can be checked. It stands behind the question mark, which no log of ours keeps."""
    return request.build_absolute_uri(f"{reverse('certificate-check')}?code={in_groups(completion.code)}")


# The paper


def pdf_of(completion, *, check_address, fonts=FONTS):
    """The certificate as the bytes of a PDF, one page of A4. Needs `version` and `person`."""
    page = FPDF(format="A4", unit="mm")
    page.set_margins(MARGIN_MM, MARGIN_MM)
    page.set_auto_page_break(False)
    family, words = _font(page, fonts, completion.person.display_name)
    page.set_title(words(_("Certificate: %(module)s") % {"module": completion.version.title}))
    page.set_lang(settings.LANGUAGE_CODE)
    page.set_creator("Vein Care")
    page.set_creation_date(completion.recorded_at)
    page.add_page()
    _frame(page)

    def line(text, *, size, style="", colour=INK, after=0.0):
        page.set_font(family, style, size)
        page.set_text_color(colour)
        page.multi_cell(0, size * 0.46, words(text), align="L", new_x="LMARGIN", new_y="NEXT")
        page.ln(after)

    page.set_y(34)
    line("Vein Care", size=14, style="B", colour=TEAL, after=20)
    line(completion.person.display_name, size=_size_of_name(page, family, words(completion.person.display_name)), style="B", after=5)
    line(_("has done the training module"), size=14, colour=SOFT, after=5)
    line(completion.version.title, size=22, style="B", after=12)
    for label, value in facts_of(completion):
        line(label, size=10, colour=SOFT, after=0.5)
        line(value, size=14, after=4)
    if settings.VEIN_CARE_DEMO:
        line(_("Made up, to try the app out. It certifies nothing."), size=12, style="B", colour="#9e3b22")
    _code(page, check_address, family)
    page.set_xy(MARGIN_MM + CODE_MM + 8, 297 - MARGIN_MM - 8 - CODE_MM + 4)
    page.set_left_margin(MARGIN_MM + CODE_MM + 8)
    line(_("Code"), size=10, colour=SOFT, after=0.5)
    line(in_groups(completion.code), size=15, style="B", after=2)
    line(_("Anybody can check this code. The answer names the module and the day, and no person."), size=10, colour=SOFT, after=1)
    line(check_address.partition("?")[0], size=10, colour=SOFT)
    return bytes(page.output())


def facts_of(completion):
    """[(label, value)] below the title of the module."""
    return [
        (_("Done on"), _day(completion.completed_on)),
        (_("How"), completion.get_mode_display()),
        (_("Version of the module"), str(completion.version.number)),
        (_("Good until"), _day(completion.expires_on - datetime.timedelta(days=1)) if completion.expires_on else _("It does not run out")),
    ]


def _day(day):
    return formats.date_format(day, "j F Y")


def _font(page, fonts, name):
    """(family, words): the first font of the system that has every letter of the name, else the first that is there; and what has to be done
    to words so that it can show them."""
    found = []
    for regular, bold in fonts:
        if Path(regular).is_file() and Path(bold).is_file():
            family = f"names{len(found)}"
            page.add_font(family, "", regular)
            page.add_font(family, "B", bold)
            letters = page.fonts[f"{family}B"].cmap
            if all(ord(letter) in letters for letter in name):
                return family, str
            found.append((family, letters))
    if not found:
        return OWN_FONT, lambda text: "".join(_western(letter) for letter in str(text))
    family, letters = found[0]
    return family, lambda text: "".join(letter if ord(letter) in letters else _western(letter) for letter in str(text))


def _size_of_name(page, family, name):
    """The largest at which a name takes two lines at most, so that it leaves room for what stands below."""
    for size in SIZES_OF_NAMES:
        page.set_font(family, "B", size)
        if len(page.multi_cell(0, size, name, dry_run=True, output="LINES")) <= 2:
            break
    return size


def _western(letter):
    """The nearest that a font of Western Europe can show, so that a name without a font for it is still a name."""
    if letter.isascii() or letter.encode("latin-1", "ignore"):
        return letter
    plain = unicodedata.normalize("NFKD", letter.translate(PLAIN_LETTERS))
    return plain.encode("latin-1", "ignore").decode("latin-1") or "?"


def _frame(page):
    page.set_fill_color(PAPER)
    page.rect(0, 0, page.w, page.h, style="F")
    page.set_fill_color("#fffdf8")
    page.set_draw_color(SAND)
    page.set_line_width(0.4)
    page.rect(12, 12, page.w - 24, page.h - 24, style="DF", round_corners=True, corner_radius=5)
    page.set_fill_color(TEAL)
    page.rect(MARGIN_MM, 26, 30, 1.6, style="F")


def _code(page, address, family):
    """The QR code as a drawing, so that it stays sharp on paper."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="png", scale=10, border=2, dark=INK, light="#fffdf8")
    page.image(drawn, x=MARGIN_MM - 2, y=297 - MARGIN_MM - 8 - CODE_MM, w=CODE_MM, h=CODE_MM, alt_text=_("QR code of the page that checks this code"))
