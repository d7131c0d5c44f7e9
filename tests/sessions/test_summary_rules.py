"""An administrator settles what is hidden and what is kept; both are noted, and nothing is deleted by a slip."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.counting.retention import due_of
from sessions.models import SummaryRules
from tests.factories import CardSessionFactory, OrganisationFactory, SummaryRulesFactory
from vein_care.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client, administrator, organisation):
    """save(hide_below=…, keep_months=…): what the page says after the button was pressed."""
    client.force_login(administrator)
    url = reverse("sessions:summary-rules", args=[organisation.pk])
    return lambda **values: client.post(url, {"hide_below": 8, "keep_months": ""} | values, follow=True)


def rules_of(organisation):
    rules = SummaryRules.objects.of(organisation.pk)
    return rules.hide_below, rules.keep_months


def events():
    return list(AuditEvent.objects.filter(type="summary_rules.changed").order_by("pk").values_list("details", flat=True))


def test_change_is_kept_and_noted_with_what_was_before_and_the_same_again_is_not(save, organisation):
    for _press in range(2):
        assert "Saved." in save(hide_below=10, keep_months=24).text

    assert rules_of(organisation) == (10, 24)
    assert events() == [{"hide_below": 10, "hide_below_before": 8, "keep_months": 24, "keep_months_before": "all"}]
    save(hide_below=10)
    assert events()[1] == {"keep_months": "all", "keep_months_before": 24}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"hide_below": 4}, "could tell whom a number of one to four is about"),
        ({"hide_below": 51}, "Enter 50 or less"),
        ({"hide_below": ""}, "Enter a number from 5 to 50."),
        ({"hide_below": "eight"}, "Enter a number from 5 to 50, such as 8."),
        ({"hide_below": "9" * 400}, "Enter 50 or less"),
        ({"keep_months": 11}, "Enter 12 months or more"),
        ({"keep_months": 121}, "Enter 120 months or less"),
        ({"keep_months": "-1"}, "Enter 12 months or more"),
    ],
)
def test_what_cannot_be_chosen_says_why_and_changes_nothing(save, organisation, values, words):
    response = save(**values)

    assert words in response.text
    assert str(next(iter(values.values())))[:20] in response.text
    assert rules_of(organisation) == (8, None)
    assert events() == []


def test_deleting_takes_a_second_press_under_the_number_of_sessions_it_takes(save, organisation, site):
    day = due_of(SummaryRules(keep_months=12), timezone.localdate()).before
    for held_on in [day, day - datetime.timedelta(days=1), day - datetime.timedelta(days=400)]:
        CardSessionFactory(site=site, held_on=held_on)
    CardSessionFactory(held_on=day - datetime.timedelta(days=400))

    first = save(keep_months=12)

    assert "would delete 2 sessions" in first.text
    assert 'name="agreed" value="12"' in first.text
    assert "would delete 1 session," in save(keep_months=13, agreed=12).text
    assert rules_of(organisation) == (8, None)
    assert "The next run deletes 2 sessions." in save(keep_months=12, agreed=12).text
    assert rules_of(organisation) == (8, 12)


def test_keeping_more_brings_nothing_back_and_the_page_says_so(save, organisation):
    SummaryRulesFactory(organisation=organisation, keep_months=12, kept_from=datetime.date(2025, 11, 1))

    assert "Sessions from before 1 November 2025 have been deleted." in save(keep_months=24).text


def test_another_service_has_no_such_page_here(client, administrator):
    client.force_login(administrator)
    url = reverse("sessions:summary-rules", args=[OrganisationFactory().pk])

    assert client.get(url).status_code == client.post(url, {"hide_below": 5}).status_code == 404
    assert not SummaryRules.objects.exists()
