"""What editors enter: the words of a card, a picture, reasons, and the names of those who have read a release."""

import unicodedata

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from cards import content_files, deckrules, uploads
from cards.models import CardVersion
from vein_care.accounts.forms.base import PlainCharField

ASKS = {"ask_first": 0, "ask_second": 1}


class WordsField(forms.CharField):
    """Words of a card: on one line however they were typed, nothing invisible inside, and otherwise letter for letter as typed."""

    def to_python(self, value):
        letters = unicodedata.normalize("NFC", super().to_python(value))
        return " ".join("".join(letter for letter in letters if unicodedata.category(letter) != "Cf").split())


def words_field(label, hint, *, most, rows=2):
    return WordsField(
        label=label,
        help_text=hint,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "true"}),
        error_messages={
            "required": _("Fill this in: a card is shown whole or not at all."),
            "max_length": _("This has %(show_value)d letters; use %(limit_value)d or fewer."),
        },
    )


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d", attrs={"data-width": "date"})


class PastDateField(forms.DateField):
    widget = DateInput

    def clean(self, value):
        day = super().clean(value)
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Enter today or an earlier day."), code="future")
        return day


class CardForm(forms.Form):
    """Both sides of a card. The rules are those of the shipped files."""

    title = words_field(_("Title"), _("Up to six words. It names a thing or asks; it does not tell anybody what to do."), most=60, rows=1)
    line = words_field(_("Line"), _("Up to fourteen words, for the person to read."), most=140)
    alt = words_field(_("What the picture shows"), _("For people who do not see it."), most=300)
    say = words_field(_("Say"), _("One sentence to say aloud."), most=300)
    ask_first = words_field(_("Ask first"), _("A question that can be left without shame."), most=200)
    ask_second = words_field(_("Ask second"), "", most=200)
    offer = words_field(_("Offer"), _("One suggestion for today."), most=300)
    how_sure = words_field(_("How sure are we"), _("One or two honest sentences."), most=600, rows=3)
    strength = forms.ChoiceField(label=_("Evidence"), choices=CardVersion.Strength)
    sources = WordsField(
        label=_("Sources"),
        help_text=_("Their keys, with commas between them, such as NHSI, NICE-C."),
        error_messages={"required": _("Name one source at least.")},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}),
    )
    hand_over = forms.MultipleChoiceField(label=_("Hand over"), required=False, widget=forms.CheckboxSelectMultiple)
    reviewed_on = PastDateField(
        label=_("Review date"),
        help_text=_("When somebody last read the card against its sources. A year later it is listed for review."),
        error_messages={"required": _("Enter the day of the last review."), "invalid": _("Enter a day, such as 2026-11-21.")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, error_messages={"required": _("Open the card again before you save.")})

    def __init__(self, *args, card, **kwargs):
        super().__init__(*args, **kwargs)
        self.card = card
        self.fields["hand_over"].choices = [(code, item["label"]) for code, item in content_files.resources().items()]

    def clean_sources(self):
        keys = self.cleaned_data["sources"].replace(",", " ").split()
        if not keys:
            raise forms.ValidationError(_("Name one source at least."))
        for key in keys:
            if key not in content_files.sources():
                raise forms.ValidationError(_("“%(key)s” is not the key of a source we know. Correct it, or take it out."), params={"key": key})
        return list(dict.fromkeys(keys))

    def clean(self):
        """The rules of card files, each told at its field."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        for flaw in deckrules.card_flaws(self._as_file(cleaned), file=self._file, known=_known()):
            name = flaw.part if flaw.part in self.fields else self._asked(flaw, cleaned)
            self.add_error(name, flaw.message.replace("## ", ""))
        return cleaned

    @property
    def _file(self):
        return f"{content_files.LANGUAGE}/{self.card.area_id}/{self.card.slug}.md"

    def _as_file(self, cleaned):
        """The values as a card file would have them; what no editor changes here is filled in with something sound."""
        values = {name: value for name, value in cleaned.items() if name not in {*ASKS, "revision"}}
        fixed = {"slug": self.card.slug, "area": self.card.area_id, "short": False, "picture": "x.svg", "country": "GB", "clinical_reviewer": ""}
        return values | fixed | {"ask": [cleaned[name] for name in ASKS]}

    def _asked(self, flaw, cleaned):
        """Which of the two questions a flaw of “ask” is about."""
        return "ask_second" if cleaned["ask_second"] in flaw.message else "ask_first"

    def contents(self):
        """{part: value} as `editing.save_words` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def typed_words(self):
        """{part: words} as they stand in the form, also where they are refused."""
        return {name: self[name].value() or "" for name in self.fields if isinstance(self.fields[name].widget, forms.Textarea)}

    def move_to(self, revision):
        """Saving once more is then meant for what somebody else saved meanwhile."""
        self.data = self.data.copy()
        self.data["revision"] = revision


def _known():
    return {"areas": content_files.areas(), "resources": content_files.resources(), "sources": content_files.sources()}


class PictureForm(forms.Form):
    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, up to 8 MB, best 4 by 3. It is made smaller here, and place, time and camera are taken out of it."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={
            "required": _("Choose a picture."),
            "empty": _("This file is empty. Choose the picture again."),
            "invalid": _("Choose a picture."),
            "missing": _("Choose a picture."),
        },
    )
    alt = words_field(_("What the picture shows"), _("For people who do not see it. Say what is there, not what to do."), most=300)
    shows_no_harm = forms.BooleanField(
        label=_("It shows no wound, no blood, and no needle in flesh, and nobody who could be recognised"),
        error_messages={"required": _("Only such pictures go on cards. Tick this if it is one, or choose another.")},
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_file(self):
        """The harmless bitmap made from it."""
        try:
            return uploads.made_harmless(self.cleaned_data["file"])
        except uploads.PictureRefused as refusal:
            raise forms.ValidationError(str(refusal), code="refused") from None

    def move_to(self, revision):
        self.data = self.data.copy()
        self.data["revision"] = revision


def reason_field(label, hint):
    return PlainCharField(
        label=label,
        help_text=hint,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, in a few words."), "max_length": _("Keep it to 300 letters.")},
    )


class RecallForm(forms.Form):
    reason = reason_field(_("Why"), _("Editors see this. Nothing about any one person."))


class GoBackForm(forms.Form):
    reason = reason_field(_("Why"), _("It is published at once, without a second editor, so say what is wrong with the current release."))


def seen_field():
    """Which draft the page showed (`actions.seen_mark`)."""
    return forms.CharField(required=False, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """Nothing to enter when another editor has read the draft: any change would have taken the review back."""

    seen = seen_field()
    reason = reason_field(_("Why without a second editor"), _("It is kept with the release."))

    def __init__(self, *args, is_alone, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_alone:
            del self.fields["reason"], self.fields["seen"]


class SureForm(forms.Form):
    """A question with nothing to enter."""


class VersionForm(forms.Form):
    version = forms.ModelChoiceField(label=_("Version"), queryset=None, empty_label=None)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, card, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = card.versions.order_by("-number")
        self.fields["version"].label_from_instance = _name_of_version


def _name_of_version(version):
    day = timezone.localtime(version.created_at)
    return _t("Version %(number)s, %(day)s") % {"number": version.number, "day": f"{day:%d.%m.%Y}"}


class ReviewersForm(forms.Form):
    """Both may be empty. A name comes with its day."""

    seen = seen_field()
    clinician = PlainCharField(label=_("Clinician"), help_text=_("Name and profession."), required=False, max_length=120)
    clinician_on = PastDateField(label=_("The clinician read it on"), required=False)
    lived_experience = PlainCharField(
        label=_("Person with lived experience"), help_text=_("A name they are happy to see here."), required=False, max_length=120
    )
    lived_experience_on = PastDateField(label=_("The person read it on"), required=False)

    def clean(self):
        cleaned = super().clean()
        for name in ["clinician", "lived_experience"]:
            day = f"{name}_on"
            if name in self.errors or day in self.errors:
                continue
            if cleaned.get(name) and not cleaned.get(day):
                self.add_error(day, _("Enter the day they read it."))
            if cleaned.get(day) and not cleaned.get(name):
                self.add_error(name, _("Enter who read it, or take out the day."))
        return cleaned
