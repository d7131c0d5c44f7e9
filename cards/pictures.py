"""Is this card picture made the way the picture guide asks? Flat, still, self-contained, wordless SVG, 800 by 600.

The rules keep pictures safe under the content policy and small enough for a slow connection. What a picture shows is for people to judge.
"""

from typing import NamedTuple
from xml.parsers import expat

MAX_BYTES = 12_000
VIEW_BOX = "0 0 800 600"
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
NAMESPACES = {SVG_NAMESPACE, "http://www.w3.org/1999/xlink"}
SHAPES = {"path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}
WORDLESS = {"title", "desc"}  # never drawn, so their words are not part of the picture
ELEMENTS = SHAPES | WORDLESS | {"svg", "g", "defs", "symbol", "use", "clipPath"}

REFUSED_ELEMENTS = {
    **dict.fromkeys(["text", "tspan", "textPath", "font", "glyph"], "text"),
    **dict.fromkeys(["script", "handler", "set", "animate", "animateMotion", "animateTransform"], "script"),
    "style": "style",
    **dict.fromkeys(["a", "link"], "link"),
    **dict.fromkeys(["image", "feImage", "foreignObject", "video", "audio", "iframe"], "embedded"),
    "filter": "filter",
}
REMEDIES = {
    "text": "A picture carries no words; put them in the card's title, line or alt.",
    "script": "A picture stands still and runs nothing; take this out.",
    "style": "Use presentation attributes such as fill and stroke instead.",
    "link": "A picture points nowhere outside itself; take the address out.",
    "embedded": "Draw with shapes; nothing may be embedded.",
    "filter": "Use flat shapes without filters.",
    "element": "Draw with paths, circles, ellipses, rects, lines and polygons in groups.",
    "size": f'Set viewBox to "{VIEW_BOX}" and leave out width and height.',
    "bytes": "Round coordinates, and drop what cannot be seen at arm's length.",
    "xml": "Mend the XML so that a browser can read it.",
    "doctype": "Take out the document type; a picture needs none.",
    "missing": "Add the picture, or correct the name.",
}


class Flaw(NamedTuple):
    """One broken rule of a picture: where, which, and a sentence that says what to do."""

    line: int
    rule: str
    message: str


def check_picture(path):
    """Return the flaws of the SVG file at `path`, in the order they stand in it; empty when all is well."""
    try:
        data = path.read_bytes()
    except OSError:
        return [_flaw(1, "missing", f"There is no picture {path.name}.")]
    flaws = []
    if len(data) > MAX_BYTES:
        flaws.append(_flaw(1, "bytes", f"The picture is {len(data)} bytes, over {MAX_BYTES}."))
    return flaws + _Inspector().inspect(data)


def _flaw(line, kind, fact):
    return Flaw(line, f"picture-{kind}", f"{fact} {REMEDIES[kind]}")


class _DoctypeFound(Exception):
    """Stops reading at once: a document type could declare entities that grow without end."""


class _Inspector:
    """Walks through one picture and notes what breaks the guide."""

    def __init__(self):
        self.flaws = []
        self.open_elements = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._words
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartDoctypeDeclHandler = self._doctype

    def inspect(self, data):
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            self._note("xml", f"This is not well-formed XML ({expat.ErrorString(error.code)}).", line=error.lineno)
        except _DoctypeFound:
            self._note("doctype", "The file declares a document type.")
        return self.flaws

    def _note(self, kind, fact, *, line=None):
        self.flaws.append(_flaw(line or self.parser.CurrentLineNumber, kind, fact))

    def _start(self, name, attributes):
        if not self.open_elements:
            self._check_root(name, attributes)
        self.open_elements.append(name)
        if name in REFUSED_ELEMENTS:
            self._note(REFUSED_ELEMENTS[name], f"<{name}> is not for pictures.")
        elif name not in ELEMENTS:
            self._note("element", f"<{name}> is not known.")
        for attribute, value in attributes.items():
            self._check_attribute(attribute, value)

    def _end(self, _name):
        self.open_elements.pop()

    def _words(self, words):
        if words.strip() and self.open_elements[-1] not in WORDLESS and self.open_elements[-1] not in REFUSED_ELEMENTS:
            self._note("text", f"There are words inside <{self.open_elements[-1]}>.")

    def _instruction(self, target, _data):
        self._note("style" if target == "xml-stylesheet" else "element", f"<?{target}?> is not for pictures.")

    def _doctype(self, *_details):
        raise _DoctypeFound

    def _check_root(self, name, attributes):
        if name != "svg" or attributes.get("xmlns") != SVG_NAMESPACE:
            self._note("xml", f"The outermost element is not an <svg> in {SVG_NAMESPACE}.")
        size = (attributes.get("width", "800"), attributes.get("height", "600"))
        if attributes.get("viewBox") != VIEW_BOX or size != ("800", "600"):
            self._note("size", "The picture is not 800 by 600.")

    def _check_attribute(self, attribute, value):
        name = attribute.lower()
        if name == "xmlns" or name.startswith("xmlns:"):
            if value not in NAMESPACES:
                self._note("element", f"The namespace {value} is not for pictures.")
        elif name.startswith("on") or "javascript:" in value.lower():
            self._note("script", f"{attribute} would run something.")
        elif name in {"style", "class"}:
            self._note("style", f"{attribute} is not for pictures.")
        elif name == "xml:base" or _reaches_out(name, value):
            self._note("link", f"{attribute} points outside the picture.")


def _reaches_out(name, value):
    """True when a link, or url(...) in an attribute such as fill, leads to anything but a part of the same picture."""
    if name.rsplit(":")[-1] in {"href", "src"} and not value.startswith("#"):
        return True
    starts = value.lower().split("url(")[1:]
    return any(not start.lstrip(" '\"").startswith("#") for start in starts)
