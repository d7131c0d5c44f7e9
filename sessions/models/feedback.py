"""What people say about the talk: counters, and the public address of each site. No row stands for a person.

docs/decisions/0054-person-feedback.md says what is kept for how long, and why a form is remembered for a few hours.
"""

import secrets

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from vein_care.accounts.models import Site

QUESTION = _("Was the talk any use to you?")

# Without letters and digits that look alike on a poster. Twelve of them are 59 bits.
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 12
CODE = rf"^[{CODE_LETTERS}]{{{CODE_LENGTH}}}$"


def new_code():
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))


class PersonFeedback(models.Model):
    """How often one answer was given about one site in one month. It points to no session, no worker and no tablet."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        A_BIT = "a_bit", _("A bit")
        NO = "no", _("No")

    site = models.ForeignKey(Site, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text=_("Its first day, in the site's time zone."))
    answer = models.CharField(max_length=5, choices=Answer, help_text=_("Whether the talk was any use."))
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["site", "month", "answer"]
        constraints = [
            models.UniqueConstraint(fields=["site", "month", "answer"], name="care_sessions_personfeedback_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="care_sessions_personfeedback_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(answer__in=["yes", "a_bit", "no"]), name="care_sessions_personfeedback_answer_known"),
            models.CheckConstraint(condition=Q(count__gte=1), name="care_sessions_personfeedback_counts_somebody"),
        ]

    def __str__(self):
        return f"{self.site_id} {self.month}: {self.answer} {self.count}"


class FeedbackPageQuerySet(models.QuerySet):
    def open(self):
        """Those that anybody can answer on: switched on, and of a site that is open."""
        return self.filter(is_open=True, site__is_active=True, site__organisation__is_active=True)


class FeedbackPage(models.Model):
    """The public address under which people say how a talk at a site was. No row: there never was one."""

    site = models.OneToOneField(Site, models.PROTECT, primary_key=True, related_name="feedback_page")
    code = models.CharField(max_length=CODE_LENGTH, default=new_code, help_text=_("Last part of the public address, drawn at random."))
    is_open = models.BooleanField(default=True)

    objects = FeedbackPageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="care_sessions_feedbackpage_code_once"),
            models.CheckConstraint(condition=Q(code__regex=CODE), name="care_sessions_feedbackpage_code_is_drawn"),
        ]

    def __str__(self):
        return self.code


class AnsweredForm(models.Model):
    """A form that was answered within the last hours, so that a second tap on it does not count. It does not hold the answer."""

    digest = models.BinaryField(primary_key=True, max_length=32, help_text=_("SHA-256 of the form's own number."))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", db_index=False)
    hour = models.DateTimeField(help_text=_("The hour it was answered in. The row goes a few hours later."))

    class Meta:
        indexes = [models.Index(fields=["site", "hour"], name="care_sessions_answered_hour")]
        constraints = [
            models.CheckConstraint(
                condition=Exact(Func(F("digest"), function="octet_length", output_field=models.IntegerField()), 32),
                name="care_sessions_answeredform_digest_is_sha256",
            ),
        ]

    def __str__(self):
        return self.digest.hex()
