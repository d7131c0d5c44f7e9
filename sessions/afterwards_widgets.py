"""Widgets of the afterwards form: they turn what a browser sends into the values that the fields of a record expect.

What cannot be turned goes through as it was typed, so that the field refuses it and the page shows it again.
"""

import datetime

from django import forms
from django.template.loader import render_to_string

from sessions import paper, reference
from sessions.models import ResourceGiven

NONE = "none"
DAY_FIRST = "%d/%m/%Y"


def number(text):
    """A whole number, or the text as it is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


class BlankIsNone:
    """A choice of which nothing, or the empty one, may be chosen."""

    def value_from_datadict(self, data, files, name):
        return super().value_from_datadict(data, files, name) or None


class Choice(BlankIsNone, forms.Select):
    pass


class Choices(BlankIsNone, forms.RadioSelect):
    pass


class SiteChoice(Choice):
    def value_from_datadict(self, data, files, name):
        return number(super().value_from_datadict(data, files, name) or "") or None


class YesNoOrBlank(Choices):
    VALUES = {"True": True, "False": False}

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return self.VALUES.get(value, value)


class MomentChoice(Choice):
    """Left blank means that nobody asked."""

    def value_from_datadict(self, data, files, name):
        return super().value_from_datadict(data, files, name) or paper.NOT_ASKED


class Day(BlankIsNone, forms.DateInput):
    """A date picker; where a browser has none, a British date may be typed."""

    input_type = "date"

    def value_from_datadict(self, data, files, name):
        text = (super().value_from_datadict(data, files, name) or "").strip()
        try:
            return datetime.datetime.strptime(text, DAY_FIRST).date().isoformat()
        except ValueError:
            return text or None

    def format_value(self, value):
        return value


class Part:
    """A list with a box "none of these", which makes an empty list differ from a blank one. `none_is_ticked` is set by the form."""

    none_is_ticked = False


class CodeTicks(Part, forms.CheckboxSelectMultiple):
    def value_from_datadict(self, data, files, name):
        return [code for code in data.getlist(name) if code != NONE]

    def says_none(self, data, name):
        return NONE in data.getlist(name)

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [*value, NONE] if self.none_is_ticked else value, attrs)


class ResourceRows(Part, forms.Widget):
    """A status and a number for each resource: first what the site has, the others folded away. `stocked`, `others`: lists of Answer."""

    use_fieldset = True
    template_name = "sessions/_resource_rows.html"
    stocked = others = ()
    none_label = ""
    NOTHING = {"status": "", "quantity": ""}

    def value_from_datadict(self, data, files, name):
        return [
            {"code": code, "status": status or str(ResourceGiven.Status.GIVEN), "quantity": number(quantity) if quantity else None}
            for code in self._codes(data, name)
            for status, quantity in [(data.get(f"{name}-{code}-status", ""), data.get(f"{name}-{code}-quantity", "").strip())]
            if status or quantity
        ]

    def says_none(self, data, name):
        return f"{name}-{NONE}" in data

    def id_for_label(self, id_):
        return ""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = {entry["code"]: entry for entry in value or []}
        offered = [*self.stocked, *self.others]
        known = {answer.code for answer in offered}
        gone = [paper.Answer(code, "", self._label(code)) for code in chosen if code not in known]
        context = {
            "name": name,
            "id": (attrs or {}).get("id", name),
            "stocked": [self._row(answer, chosen) for answer in self.stocked],
            "others": [self._row(answer, chosen) for answer in [*self.others, *gone]],
            "others_open": any(answer.code in chosen for answer in [*self.others, *gone]),
            "statuses": ResourceGiven.Status.choices,
            "most": ResourceGiven.MOST,
            "none_is_ticked": self.none_is_ticked,
            "none_label": self.none_label,
        }
        return render_to_string(self.template_name, context)

    def _codes(self, data, name):
        """Those offered, then any other that was sent: a list may have changed while the page was open, and nothing is dropped in silence."""
        offered = [answer.code for answer in [*self.stocked, *self.others]]
        ends = (f"{name}-", "-status")
        sent = [key[len(ends[0]) : -len(ends[1])] for key in data if key.startswith(ends[0]) and key.endswith(ends[1])]
        return [*offered, *(code for code in sent if code not in offered)]

    def _row(self, answer, chosen):
        entry = chosen.get(answer.code, self.NOTHING)
        quantity = entry["quantity"]
        return {"answer": answer, "status": entry["status"], "quantity": "" if quantity is None else quantity}

    def _label(self, code):
        known = reference.codes()["resources"].get(code)
        return known.label if known else code


class Recorded(forms.HiddenInput):
    """Whether anything was said about a part: something is ticked, or "none of these"."""

    def __init__(self, name, part):
        super().__init__()
        self.part_name = name
        self.part = part

    def value_from_datadict(self, data, files, name):
        return self.part.says_none(data, self.part_name) or bool(self.part.value_from_datadict(data, files, self.part_name))


class Always(forms.HiddenInput):
    """A value that the page does not ask for."""

    def __init__(self, value):
        super().__init__()
        self.value = value

    def value_from_datadict(self, data, files, name):
        return self.value
