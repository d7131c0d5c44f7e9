"""Lessons and facilitator notes as HTML that is safe to show, and the list of sources they name.

Three fences, one behind the other: the reader knows no raw HTML, links or addresses; pictures are only those of the deck and of the
app's own screens; and what comes out is cleaned by nh3, which knows the few elements below and nothing else.
"""

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import nh3
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markdown_it import MarkdownIt
from PIL import Image

from cards import content_files, stored_pictures
from cards.models import DeckRelease
from training import markdown

TAGS = {"p", "ul", "ol", "li", "strong", "em", "blockquote", "h3", "figure", "img", "sup", "a", "br"}
ATTRIBUTES = {"ol": {"start"}, "img": {"src", "alt", "width", "height", "loading"}, "a": {"href", "title"}}
CLASSES = {"figure": {"lesson-picture"}, "sup": {"source-mark"}}
CARD_SIZE = (800, 600)
SCREENS_FOLDER = "training/screens"
OWN_LABELS = {"ours": gettext_lazy("Our own reading or advice"), "app": gettext_lazy("How this app works")}
OWN_MARKS = {"ours": gettext_lazy("our reading"), "app": gettext_lazy("app")}


@dataclass(frozen=True)
class Screen:
    """One screen of a lesson. `heading` is plain text, "" for a text that begins without one; `html` is safe."""

    heading: str
    html: SafeString


class Source(NamedTuple):
    """One line of a source list. `url` is "" when there is none to open."""

    key: str
    label: str
    url: str


def card_pictures():
    """{slug: address} of the pictures of the current deck release, for `screens_of`. Cards that are recalled are left out. Two statements."""
    release = DeckRelease.objects.current()
    versions = release.versions.filter(card__recalled_at=None).select_related("card") if release else []
    return {version.card.slug: stored_pictures.url_of(version) for version in versions}


def screens_of(body, *, pictures):
    """The Screens of a lesson's Markdown, in order. pictures: as `card_pictures` returns them. Runs no queries.

    A picture that is not there (any more) leaves the words that tell what it shows.
    """
    parser = _parser()
    tokens = parser.parse(body, {"pictures": pictures})
    found, heading, begun = [], "", 0
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h2"]
    for start in [*starts, len(tokens)]:
        if start > begun or heading:
            found.append(Screen(heading, _html(parser, tokens[begun:start], pictures)))
        if start < len(tokens):
            heading, begun = _plain(tokens[start + 1]), start + 3
    return found


def facilitator_html(notes):
    """The facilitator notes of a module as safe HTML; their headings are <h3>."""
    parser = _parser()
    return _html(parser, parser.parse(notes, {"pictures": {}}), {})


def sources_of(keys):
    """A Source for each key, in their order, publications first; a key that nobody knows is left out."""
    known = content_files.sources()
    own = [Source(key, str(OWN_LABELS[key]), "") for key in OWN_LABELS if key in keys]
    return [Source(key, known[key]["label"], known[key].get("url", "")) for key in dict.fromkeys(keys) if key in known] + own


# Reading


@functools.cache
def _parser():
    parser = MarkdownIt("zero", {"html": False, "maxNesting": 20})
    parser.enable(["list", "blockquote", "heading", "emphasis", "image", "escape", "newline", "balance_pairs", "fragments_join"])
    parser.inline.ruler.before("image", "source_key", _source_key)
    parser.add_render_rule("source_key", _source_mark)
    parser.add_render_rule("image", _picture)
    return parser


def _source_key(state, silent):
    found = markdown.KEY.match(state.src, state.pos)
    if found is None or found[1] not in markdown.keys_known():
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("source_key", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _source_mark(self, tokens, index, options, env):
    key = tokens[index].content
    label = OWN_LABELS.get(key) or content_files.sources()[key]["label"]
    words = OWN_MARKS.get(key, key)
    return f'&nbsp;<sup class="source-mark"><a href="#source-{key}" title="{escape(label)}">{escape(words)}</a></sup>'


def _plain(token):
    return "".join(child.content for child in token.children or [] if child.type == "text").strip()


# Writing


def _html(parser, tokens, pictures):
    raw = parser.renderer.render(list(_figures(tokens)), parser.options, {"pictures": pictures})
    return mark_safe(nh3.clean(raw, tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES, url_schemes=set(), link_rel=None))  # noqa: S308


def _figures(tokens):
    """A paragraph that holds a picture and nothing else is a figure; headings are all of one level."""
    for index, token in enumerate(tokens):
        around = tokens[index + 1] if token.type == "paragraph_open" else tokens[index - 1] if token.type == "paragraph_close" else None
        if around is not None and _is_picture(around):
            token.tag = "figure"
            token.hidden = False
            token.attrs = {"class": "lesson-picture"} if token.nesting == 1 else {}
        elif token.type in {"heading_open", "heading_close"}:
            token.tag = "h3"
        yield token


def _is_picture(inline):
    return [child.type for child in inline.children or []] == ["image"]


def _picture(self, tokens, index, options, env):
    token = tokens[index]
    alt = self.renderInlineAsText(token.children, options, env).strip()
    address, (width, height) = _place_of(token.attrs.get("src", ""), env.get("pictures", {}))
    if not address:
        return escape(_("Picture: %(what)s") % {"what": alt}) if alt else ""
    return f'<img src="{escape(address)}" alt="{escape(alt)}" width="{width}" height="{height}" loading="lazy">'


def _place_of(named, pictures):
    """(address, (width, height)) of a picture by its name in a text; an empty address when there is none."""
    found = re.fullmatch(markdown.PICTURE, named)
    if found and found[1] == "card":
        return pictures.get(found[2], ""), CARD_SIZE
    if found and found[2] in markdown.SCREENS and (size := _size_of_screen(found[2])):
        return static(f"{SCREENS_FOLDER}/{found[2]}.webp"), size
    return "", CARD_SIZE


@functools.cache
def _size_of_screen(name):
    """(width, height) in pixels of a picture of a screen, None when it is not there. Read once per process."""
    path = finders.find(f"{SCREENS_FOLDER}/{name}.webp")
    if path is None:
        return None
    with Image.open(Path(path)) as picture:
        return picture.size
