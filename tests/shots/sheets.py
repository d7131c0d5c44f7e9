"""Contact sheets of every picture there is, in light, dark and greyscale, and the deck as it prints."""

import base64

from tests.shots.studio import shrink
from vein_care.folders import ROOT

ART = ROOT / "static" / "art"
# Told apart at this width by somebody who has not read the title.
PICTURE_PX = 240
COLUMNS = 6
GROUPS = {"Cards": ART, "To hand over": ART / "resources", "Where to go": ART / "signposts"}
NOT_PICTURES = {"icon"}
LOOKS = {
    "light": {"ground": "#f6efe4", "text": "#1f3a44", "filter": "none"},
    "dark": {"ground": "#0f181b", "text": "#eef3f1", "filter": "brightness(0.92) saturate(0.95)"},
    "grey": {"ground": "#f0f0f0", "text": "#333333", "filter": "grayscale(1)"},
}
SHEETS_SHOWN = 1


def contact_sheets(browser, folder):
    for name, look in LOOKS.items():
        page = browser.new_page(viewport={"width": COLUMNS * (PICTURE_PX + 16) + 32, "height": 1000})
        page.set_content(contact_sheet(**look))
        page.evaluate("Promise.all([...document.images].map((each) => each.decode()))")
        shrink(page.screenshot(full_page=True), folder / f"pictures-{name}.png")
        print(f"  pictures-{name}.png")
        page.close()


def contact_sheet(*, ground, text, filter):
    """One page of HTML, complete in itself."""
    style = f"""
      body {{ margin: 16px; background: {ground}; color: {text}; font: 13px system-ui, sans-serif; }}
      h1 {{ margin: 16px 0 8px; font-size: 18px; }}
      div {{ display: grid; grid-template-columns: repeat({COLUMNS}, {PICTURE_PX}px); gap: 16px; }}
      figure {{ margin: 0; }}
      img {{ display: block; width: {PICTURE_PX}px; height: {PICTURE_PX * 3 // 4}px; border-radius: 12px; filter: {filter}; }}
    """
    groups = "".join(f"<h1>{title}</h1><div>{''.join(map(figure, pictures_in(folder)))}</div>" for title, folder in GROUPS.items())
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{groups}"


def pictures_in(folder):
    return [path for path in sorted(folder.glob("*.svg")) if path.stem not in NOT_PICTURES]


def figure(path):
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<figure><img src="data:image/svg+xml;base64,{data}" alt="">{path.stem}</figure>'


def on_paper(page, folder):
    """The deck and the overview as PDF, and the first sheets as pictures. page: of somebody who is signed in."""
    for address, name in [("/print/cards/", "print-cards"), ("/print/overview/", "print-overview")]:
        page.goto(address)
        page.emulate_media(media="print", color_scheme="light")
        page.evaluate("Promise.all([...document.images].map((each) => each.decode()))")
        page.pdf(path=folder / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
        for number, sheet in enumerate(page.locator(".print-sheet").all()[: 2 * SHEETS_SHOWN], start=1):
            shrink(sheet.screenshot(), folder / f"{name}-{number}.png")
        print(f"  {name}.pdf, and its first pages")
    page.emulate_media(media="screen")
