"""What the parts of a summary say: every number, and what is no number told apart from none."""

import datetime

import pytest
from django.http import QueryDict

from sessions.summaries import sentences
from sessions.summaries.blocks import blocks
from sessions.summaries.filters import SummaryFilter
from sessions.summaries.shapes import Kind, Share
from sessions.summaries.sources import source_of
from sessions.summaries.this_week import by_place, ran_out
from tests.factories import (
    AreaDiscussedFactory,
    CardSessionFactory,
    CardShownFactory,
    CardVersionFactory,
    PersonFeedbackFactory,
    ReleaseFactory,
    ResourceGivenFactory,
    SignpostGivenFactory,
    SiteFactory,
)
from tests.sessions.counting.counts import count_now

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 22)
NOVEMBER = datetime.date(2026, 11, 18)


@pytest.fixture
def had(site):
    def had(outcome="held", *, times=1, **facts):
        facts = {"site": site, "held_on": NOVEMBER, "outcome": outcome} | facts
        return [CardSessionFactory(**facts) for _number in range(times)]

    return had


@pytest.fixture
def chosen(coordinator):
    def chosen(query="from=2026-11-01"):
        count_now()
        return SummaryFilter(QueryDict(query), user=coordinator, today=TODAY).chosen

    return chosen


def of(block):
    """{label: (kind, values)}"""
    return {str(row.label): (row.kind, row.values) for row in block.all_rows}


@pytest.fixture
def block(chosen):
    def block(name, query="from=2026-11-01"):
        found = {each.name: each for each in blocks(chosen(query))}
        return found[name]

    return block


def answer(*values):
    return Kind.ANSWER, values


def test_not_offered_stands_apart_and_is_in_no_share(had, block):
    had("held", times=5)
    had("cut_short", times=1)
    had("declined", times=2)
    had("not_offered", times=3)

    outcomes = block("outcomes")

    assert outcomes.sentence == "5 held to the end, 1 stopped early. 3 times more, no offer was made."
    assert of(outcomes) == {
        "Held": answer(5, Share(63)),
        "Stopped early": answer(1, Share(13)),
        "Not today": answer(2, Share(25)),
        "Did not come": answer(0, Share(0)),
        "Offers made": (Kind.TOTAL, (8, Share(100))),
        "Not offered": (Kind.APART, (3, None)),
    }


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ([], "No offers were written down."),
        (["held"], "Of 1 offer, 1 was taken up."),
        (["declined", "declined"], "Of 2 offers, none were taken up."),
        (["not_offered"], "No offers were written down."),
    ],
)
def test_the_headline_says_it_as_somebody_would(had, chosen, outcomes, sentence):
    for outcome in outcomes:
        had(outcome)

    assert sentences.headline(source_of(chosen())) == sentence


def test_areas_tell_none_not_recorded_and_nobody_apart_and_count_reacts_six(had, block):
    for area, most in [("water", True), ("sharing", False)]:
        AreaDiscussedFactory(session=had(areas_recorded=True)[0], area_id=area, mattered_most=most)
    had(areas_recorded=True)
    had(areas_recorded=False, times=2)

    areas = block("areas")

    assert [row.code for row in areas.rows[:6]] == ["water", "environment", "hygiene", "acids", "equipment_reuse", "site_rotation"]
    assert {row.group for row in areas.rows[:6]} == {"REACT's six topics"}
    assert of(areas)["Water"] == answer(1, 1)
    assert of(areas)["Hands and skin"] == answer(0, 0)
    assert of(areas)["None of these"] == (Kind.NONE, (1, None))
    assert of(areas)["Not recorded"] == (Kind.NOT_RECORDED, (2, None))
    assert areas.sentence == (
        "Talked about most: Water and Whose is whose, in 1 session each. REACT's six topics came up 1 time, the other four 1 time."
    )


def test_what_was_handed_over_tells_items_times_and_not_counted_apart(had, block):
    for quantity in [10, 5, None]:
        ResourceGivenFactory(session=had(resources_recorded=True)[0], resource_id="water_ampoules", quantity=quantity)
    ResourceGivenFactory(session=had(resources_recorded=True)[0], resource_id="filters", status="none_left")
    ResourceGivenFactory(session=had(resources_recorded=True)[0], resource_id="foil", status="offered_not_wanted")
    had(resources_recorded=True)
    had(resources_recorded=False)

    given, short = of(block("resources")), of(block("short-of"))

    assert given["Water ampoules"] == answer(3, 15, 1)
    assert given["Filters"] == answer(0, 0, 0)
    assert given["Nothing handed over"] == (Kind.NONE, (1, None, None))
    assert given["Not recorded"] == (Kind.NOT_RECORDED, (1, None, None))
    assert short["Filters"] == answer(1, 0)
    assert short["Foil"] == answer(0, 1)
    assert block("resources").sentence == "Given most often: Water ampoules, in 3 sessions. 15 items were counted in all."


def test_answers_that_nobody_gave_are_put_together_in_a_long_list(had, block):
    SignpostGivenFactory(session=had(signposts_recorded=True)[0], kind_id="gp")

    signposts = block("signposts")

    assert [row.label for row in signposts.rows] == ["GP", "None", "Not recorded"]
    assert len(signposts.folded) == 11
    assert len(block("areas").all_rows) == len(block("areas").rows) == 12


def test_moments_tell_not_asked_and_would_rather_not_say_apart(had, block):
    had(moment_id="not_asked")
    had(moment_id="prefer_not_to_say", times=2)

    moments = of(block("moments"))

    assert moments["Not asked"] == (Kind.NOT_ASKED, (1,))
    assert moments["Would rather not say"] == (Kind.PREFER_NOT_TO_SAY, (2,))
    assert moments["New to injecting"] == answer(0)


def test_private_space_does_not_apply_by_phone_or_in_a_chat(had, block):
    had(private_space=True, times=2)
    had(private_space=False)
    had(private_space=None)
    had(setting_id="phone", times=3)

    assert of(block("private-space")) == {
        "Somewhere private": answer(2),
        "Nowhere private": answer(1),
        "Not recorded": (Kind.NOT_RECORDED, (1,)),
        "Does not apply: phone or chat": (Kind.DOES_NOT_APPLY, (3,)),
    }


def test_reasons_stand_under_the_outcome_they_were_given_for(had, block):
    had("declined", reason_id="no_time_today", times=2)
    had("did_not_attend", reason_id="illness")
    had("cut_short")
    had("not_offered", reason_id="not_the_moment")

    reasons = block("reasons")

    assert [str(column.label) for column in reasons.columns] == ["Not today", "Did not come", "Not offered", "Stopped early"]
    assert of(reasons)["No time today"] == answer(2, 0, 0, 0)
    assert of(reasons)["Ill today"] == answer(0, 1, 0, 0)
    assert of(reasons)["Not the moment"] == answer(0, 0, 1, 0)
    assert of(reasons)["Not recorded"] == (Kind.NOT_RECORDED, (0, 0, 0, 1))


def test_cards_are_called_as_their_newest_version_calls_them(had, block, release):
    CardShownFactory(session=had()[0], card_version=release.versions.get(card__slug="ampoule"))
    newer = CardVersionFactory(slug="ampoule", number=2, text__title="Water that is new")
    ReleaseFactory(versions=[newer])

    found = block("cards")

    assert [(row.code, row.label, row.values) for row in found.rows] == [("ampoule", "Water that is new", (1,)), ("clean-hands", "words", (0,))]


def test_cards_shown_equally_often_are_named_each_by_itself(had, block, release):
    session = had()[0]
    for version in release.versions.all():
        CardShownFactory(session=session, card_version=version)

    titles = sorted(str(row.label) for row in block("cards").rows)

    assert block("cards").sentence == f"Shown most: “{titles[0]}” and “{titles[1]}”, in 1 session each."


@pytest.mark.parametrize(("by", "when"), [("week", "a week"), ("month", "a month")])
def test_weeks_or_months_with_equally_many_offers_are_said_to_be_such(had, block, by, when):
    had(times=2)
    had(times=2, held_on=datetime.date(2026, 10, 7))

    assert block("over-time", f"from=2026-10-01&by={by}").sentence == f"At most 2 offers in {when}."


def test_over_time_counts_weeks_from_monday_with_offers_and_taken_up(had, block):
    had("held")
    had("declined")
    had("held", held_on=datetime.date(2026, 11, 3))

    over_time = block("over-time")

    assert over_time.heading == "By week"
    assert of(over_time) == {
        "26 October 2026": answer(0, 0),
        "2 November 2026": answer(1, 1),
        "9 November 2026": answer(0, 0),
        "16 November 2026": answer(2, 1),
    }
    assert of(block("over-time", "from=2026-10-01&by=month")) == {"October 2026": answer(0, 0), "November 2026": answer(3, 2)}


@pytest.mark.parametrize(
    ("days", "which"),
    [("from=2026-09-01&to=2026-10-15", "the last"), ("from=2026-09-02&to=2026-10-31", "the first"), ("from=2026-09-01&to=2026-10-31", "")],
)
def test_a_month_of_which_only_some_days_count_is_said_not_to_be_whole(had, block, days, which):
    had("held", held_on=datetime.date(2026, 10, 5))

    note = block("over-time", f"{days}&by=month").note

    assert note.endswith(f"so {which} may not be whole.") if which else note == ""


def test_sites_stand_by_name_with_0_where_nothing_was_and_closed_ones_only_when_something_was(had, block, organisation):
    SiteFactory(organisation=organisation, name="Arch")
    SiteFactory(organisation=organisation, name="Long gone", is_active=False)
    had("held", times=2)

    assert of(block("sites")) == {"Arch": answer(0, 0), "Harbour van": answer(2, 2)}
    assert block("sites").sentence == ""


def test_one_site_or_setting_counts_only_its_own(had, chosen, organisation):
    arch = SiteFactory(organisation=organisation, name="Arch")
    had(times=2)
    had(site=arch, setting_id="hostel", times=3)

    of_site = {each.name: each for each in blocks(chosen(f"from=2026-11-01&site={arch.pk}"))}
    of_setting = {each.name: each for each in blocks(chosen("from=2026-11-01&setting=van"))}

    assert of_site["outcomes"].sentence == "3 held to the end, 0 stopped early."
    assert "sites" not in of_site
    assert of(of_site["settings"])["Hostel or supported housing"] == answer(3, 3)
    assert of_setting["outcomes"].sentence == "2 held to the end, 0 stopped early."
    assert of(of_setting["sites"]) == {"Arch": answer(0, 0), "Harbour van": answer(2, 2)}


def test_nothing_of_another_service_is_counted(had, block):
    CardSessionFactory(held_on=NOVEMBER)
    had()

    assert of(block("outcomes"))["Offers made"] == (Kind.TOTAL, (1, Share(100)))


def test_what_people_said_is_shown_from_eight_answers_inside_too(site, block):
    PersonFeedbackFactory(site=site, count=5, answer="yes")
    assert block("feedback", "from=2026-09-01").rows == ()

    PersonFeedbackFactory(site=site, count=3, answer="no")
    assert [row.values for row in block("feedback", "from=2026-09-01").rows] == [(5,), (0,), (3,)]
    assert block("feedback", "from=2026-09-01").sentence == "“Was the talk any use to you?” 8 answers."


def test_what_ran_out_is_of_this_week_by_site_whatever_days_are_chosen(had, chosen, organisation):
    arch = SiteFactory(organisation=organisation, name="Arch")
    for place, day in [({}, NOVEMBER), ({"site": arch}, TODAY), ({}, datetime.date(2026, 11, 15))]:
        ResourceGivenFactory(session=had(resources_recorded=True, held_on=day, **place)[0], resource_id="filters", status="none_left")

    found = ran_out(chosen("from=2025-01-01&to=2025-02-01"))

    assert [(row.group, row.label, row.values) for row in found.rows] == [("Arch", "Filters", (1,)), ("Harbour van", "Filters", (1,))]
    assert found.sentence == "Something ran out at 2 sites since Monday 16 November."
    assert by_place(found) == [("Arch", [("Filters", "1 time")]), ("Harbour van", [("Filters", "1 time")])]
    assert [row.group for row in ran_out(chosen(f"site={arch.pk}")).rows] == ["Arch"]
