"""What editors enter on a module of the course. The rules are those of the shipped files."""

import unicodedata

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from cards.forms import PastDateField, WordsField
from training import contents as shapes
from training import course_texts, coursefile, courserules

ROWS = {"facilitator_notes": 20, "outcomes": 6, "summary": 2}
FEW_LETTERS = {"text": 2, "feedback": 3, "scenario": 3, "question": 2}


class MarkdownField(forms.CharField):
    """Several paragraphs, with line breaks as files have them and nothing invisible inside."""

    def __init__(self, **kwargs):
        super().__init__(strip=False, **kwargs)

    def to_python(self, value):
        text = unicodedata.normalize("NFC", super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
        letters = (letter for letter in text if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf"})
        lines = "".join(letters).strip().split("\n")
        text = "\n".join(line.rstrip() for line in lines)
        return f"{text}\n" if text else ""


class LinesField(WordsField):
    """A list of texts, one a line. What editors type as "- " before them is taken off."""

    def to_python(self, value):
        lines = forms.CharField.to_python(self, value).splitlines()
        found = (super(LinesField, self).to_python(line.strip().removeprefix("- ")) for line in lines)
        return [line for line in found if line]

    def validate(self, value):
        if not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """Each line is checked by the rules of files."""

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value


class KeysField(WordsField):
    """Source keys with commas or spaces between them."""

    def to_python(self, value):
        return list(dict.fromkeys(super().to_python(value).replace(",", " ").split()))

    def validate(self, value):
        if not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """Whether each is known is checked by the rules of files."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value


class ModuleForm(forms.Form):
    """Everything a module says, in the fields of `course_texts.flat`. Lessons, scenes and answers stay as many as there are."""

    def __init__(self, *args, entry, **kwargs):
        self.entry = entry
        values = course_texts.flat(entry.contents)
        super().__init__(*args, initial=values | {"revision": entry.revision}, **kwargs)
        for name in values:
            self.fields[name] = _field(name)
        self.fields["revision"] = forms.IntegerField(
            widget=forms.HiddenInput, min_value=0, error_messages={"required": _("Open the module again before you save.")}
        )

    def clean(self):
        """The rules of module files, each told at its field."""
        cleaned = super().clean()
        if not self.errors:
            for name, message in _flaws(self.contents()):
                self.add_error(name, message)
        return cleaned

    def contents(self):
        """The whole module as `Course.save_contents` takes it."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        return course_texts.put(self.entry.contents, values | {"reviewed_on": values["reviewed_on"].isoformat()})

    def typed(self):
        """{name: value} as it stands in the form, also where it is refused; lists where there are lists."""
        found = {}
        for name, field in self.fields.items():
            if name != "revision":
                value = self[name].value()
                is_read = isinstance(field, (LinesField, KeysField, MarkdownField)) and isinstance(value, str)
                found[name] = field.to_python(value) if is_read else value
        return found

    def move_to(self, revision):
        """Saving once more is then meant for what somebody else saved meanwhile."""
        self.data = self.data.copy()
        self.data["revision"] = revision


def _field(name):
    label = course_texts.label_of(name)
    last = name.rsplit("_", 1)[-1]
    if name == "reviewed_on":
        messages = {"required": _("Enter the day of the last review."), "invalid": _("Enter a day, such as 2026-11-21.")}
        return PastDateField(label=label, help_text=_("When somebody last read the module against its sources."), error_messages=messages)
    if name in {"minutes", "expires_after_months"}:
        return _number(name, label)
    if last == "fits":
        return forms.BooleanField(label=label, required=False)
    messages = {"required": _("Fill this in: a module is shown whole or not at all.")}
    if last == "sources":
        attributes = {"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}
        hint, messages = _("Their keys, with commas between them, such as K-T3, ours."), {"required": _("Name one source at least.")}
        return KeysField(label=label, help_text=hint, error_messages=messages, widget=forms.TextInput(attrs=attributes))
    if course_texts.is_markdown(name):
        area = forms.Textarea(attrs={"rows": ROWS.get(name, 16), "spellcheck": "true"})
        return MarkdownField(label=label, help_text=_hint(name), error_messages=messages, widget=area)
    if last == "title":
        return WordsField(label=label, help_text=_hint(name), error_messages=messages, widget=forms.TextInput(attrs={"spellcheck": "true"}))
    kind = LinesField if name == "outcomes" else WordsField
    area = forms.Textarea(attrs={"rows": ROWS.get(name) or FEW_LETTERS.get(last, 1), "spellcheck": "true"})
    return kind(label=label, help_text=_hint(name), error_messages=messages, widget=area)


def _number(name, label):
    least, most = courserules.MINUTES if name == "minutes" else courserules.MONTHS
    sentence = _("Enter a number from %(least)s to %(most)s.") % {"least": least, "most": most}
    hint = _("0 when it is good for ever.") if name == "expires_after_months" else _("The words at 180 a minute, and a minute for each scene.")
    wrong = dict.fromkeys(["required", "invalid", "min_value", "max_value"], sentence)
    number = forms.NumberInput(attrs={"data-width": "short", "inputmode": "numeric"})
    return forms.IntegerField(label=label, help_text=hint, min_value=least, max_value=most, error_messages=wrong, widget=number)


def _hint(name):
    hints = {
        "title": _("It names a thing or asks; it does not tell anybody what to do. 60 letters at most."),
        "summary": _("What the module is about. 200 letters at most."),
        "outcomes": _("Three to five, one a line: what somebody can do after it."),
        "facilitator_notes": _("For a face-to-face half-hour. “### ” begins a heading, “- ” an item of a list, **bold** words stand between stars."),
    }
    if name.startswith("lesson_") and not name.endswith("_title"):
        return _(
            "“## ” begins a screen of 90 to 200 words; one to three of them. "
            "Each paragraph and item ends with its source, such as [K-T3], [ours] or [app]."
        )
    return hints.get(name, "")


def _flaws(contents):
    """(name of the field, sentence) for each rule of files that these contents break."""
    known = coursefile.known_names()
    module = shapes.from_json(contents)
    facts = {name: getattr(module, name) for name in courserules.FACTS if name != "position"} | {"position": 1}
    found = [*courserules.fact_flaws(facts), *courserules.outcome_flaws(list(module.outcomes))]
    found += courserules.notes_flaws(module.facilitator_notes, known=known)
    for number, lesson in enumerate(module.lessons, start=1):
        found += courserules.lesson_flaws(lesson, known=known, part=f"lesson_{number}")
    for number, check in enumerate(contents["checks"], start=1):
        flaws = courserules.check_flaws(check, known=known)
        found += [flaw._replace(part=f"check_{number}_{_part_of_check(flaw.part)}") for flaw in flaws]
    if not found:
        found += courserules.minutes_flaws(module.minutes, lessons=[lesson.body for lesson in module.lessons], check_count=len(module.checks))
    names = course_texts.flat(contents)
    return [(flaw.part if flaw.part in names else None, _sentence(flaw)) for flaw in found]


def _part_of_check(part):
    """The end of a field's name for a part as `courserules.check_flaws` has it."""
    return "answer_1_fits" if part == "answers" else part.replace("answers.", "answer_").replace(".", "_")


def _sentence(flaw):
    if flaw.rule == "answer-fits":
        return _t("Tick “fits well” for one answer at least.")
    if flaw.below:
        return _t("Line %(number)s: %(message)s") % {"number": flaw.below + 1, "message": flaw.message}
    return flaw.message
