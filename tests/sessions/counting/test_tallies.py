"""What one session adds to the tallies, and what takes it away again."""

import datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sessions.models import CardSession, Tally
from tests.factories import (
    AreaDiscussedFactory,
    CardSessionFactory,
    CardShownFactory,
    CardVersionFactory,
    QuarantinedRecordFactory,
    ResourceGivenFactory,
    SignpostGivenFactory,
    SiteFactory,
)
from tests.sessions.counting.counts import count_now, require_true, said
from tests.sessions.tablet import not_taken_up

pytestmark = pytest.mark.django_db

ONE = (1, 0)
BLANK = {("outcome", "held"), ("moment", "not_asked"), ("length", None), ("private_space", None)}


def only(*told):
    """What a session says that was held, with the measures of BLANK left out."""
    return {key: figure for key, figure in said().items() if key not in {*BLANK, *told}}


def test_full_session_counts_once_for_each_thing_it_says(tablet):
    tablet.hand_in(tablet.record())

    in_day, in_month = said("day"), said("month")
    assert (
        in_day
        == in_month
        == {
            ("outcome", "cut_short"): ONE,
            ("reason_cut_short", "no_time_today"): ONE,
            ("area", "water"): ONE,
            ("area", "hygiene"): ONE,
            ("area", "acids"): ONE,
            ("mattered_most", "water"): ONE,
            ("card", "ampoule"): ONE,
            ("card", "clean-hands"): ONE,
            ("resource_given", "water_ampoules"): (1, 10),
            ("resource_none_left", "filters"): ONE,
            ("signpost", "wound_care"): ONE,
            ("moment", "routine_visit"): ONE,
            ("length", "from_5_to_9"): ONE,
            ("private_space", "yes"): ONE,
        }
    )
    require_true()


def test_same_record_again_counts_no_more(tablet):
    record = tablet.record()

    for _time in range(3):
        tablet.hand_in(record)

    assert not Tally.objects.exists()  # the transaction is not over yet
    assert {sessions for sessions, _quantity in said().values()} == {1}


def test_offer_not_taken_up_counts_as_outcome_and_reason_alone(tablet):
    tablet.hand_in(tablet.record(session=not_taken_up(cards=[{"slug": "ampoule", "version": 1}])))

    assert said() == {("outcome", "declined"): ONE, ("reason_declined", None): ONE}


@pytest.mark.parametrize("outcome", ["declined", "did_not_attend", "not_offered", "cut_short"])
def test_each_outcome_has_reasons_of_its_own(outcome):
    CardSessionFactory(outcome=outcome, reason_id="illness")

    assert said()["reason_" + outcome, "illness"] == ONE


def test_nothing_recorded_and_nothing_there_are_two_things():
    CardSessionFactory()
    CardSessionFactory(areas_recorded=True, resources_recorded=True, signposts_recorded=True)

    assert only() == {
        ("area", None): ONE,
        ("area", "none_of_these"): ONE,
        ("resource_given", None): ONE,
        ("resource_given", "nothing"): ONE,
        ("signpost", None): ONE,
        ("signpost", "none"): ONE,
    }


def test_what_was_not_wanted_is_no_sign_of_nothing():
    ResourceGivenFactory(status="offered_not_wanted")

    assert only(("area", None), ("signpost", None)) == {("resource_not_wanted", "water_ampoules"): ONE}


def test_things_given_are_counted_and_those_without_a_number_told_apart():
    day = CardSessionFactory(resources_recorded=True)
    ResourceGivenFactory(session=day, quantity=12)
    ResourceGivenFactory(session=day, resource_id="filters")
    other = CardSessionFactory(site=day.site, resources_recorded=True)
    ResourceGivenFactory(session=other, quantity=3)

    assert only(("area", None), ("signpost", None)) == {
        ("resource_given", "water_ampoules"): (2, 15),
        ("resource_given", "filters"): (1, 0),
        ("resource_given_uncounted", "filters"): ONE,
    }


def test_card_counts_once_however_many_of_its_versions_were_shown():
    session = CardSessionFactory()
    for number in [1, 2]:
        CardShownFactory(session=session, card_version=CardVersionFactory(slug="ampoule", number=number))

    assert said()["card", "ampoule"] == ONE


@pytest.mark.parametrize("setting", ["phone", "online_chat"])
def test_private_space_does_not_apply_on_the_phone_unless_somebody_says_so(setting):
    session = CardSessionFactory(setting_id=setting)
    assert not [code for measure, code in said() if measure == "private_space"]

    CardSessionFactory(site=session.site, setting_id=setting, private_space=False)
    assert said()["private_space", "no"] == ONE


def test_voided_session_counts_nowhere(tablet):
    tablet.hand_in(tablet.record())
    stays = AreaDiscussedFactory().session
    count_now()

    CardSession.objects.exclude(pk=stays.pk).update(voided_at=timezone.now(), voided_reason="twice")

    require_true()
    assert said()["outcome", "held"] == ONE
    assert ("outcome", "cut_short") not in said()


def test_session_stored_and_voided_in_one_transaction_counts_nowhere():
    session = SignpostGivenFactory().session
    CardSession.objects.filter(pk=session.pk).update(voided_at=timezone.now(), voided_reason="twice")

    assert said() == {}


def test_void_taken_back_counts_again():
    session = CardSessionFactory(voided_at=timezone.now(), voided_reason="twice")
    assert said() == {}

    CardSession.objects.filter(pk=session.pk).update(voided_at=None, voided_reason="")

    assert said()["outcome", "held"] == ONE
    require_true()


def test_quarantined_record_counts_nowhere():
    QuarantinedRecordFactory()

    assert said() == {}


def test_what_is_rolled_back_to_a_savepoint_is_not_counted():
    kept = CardSessionFactory()
    try:
        with transaction.atomic():
            CardSessionFactory(site=kept.site)
            raise KeyError
    except KeyError:
        CardSessionFactory(site=kept.site, outcome="declined")

    assert said()["outcome", "held"] == ONE
    require_true()


def test_void_goes_through_where_a_tally_is_wrong():
    session = CardSessionFactory()
    count_now()
    Tally.objects.all().delete()

    CardSession.objects.filter(pk=session.pk).update(voided_at=timezone.now(), voided_reason="twice")

    assert said() == {}


def test_deleting_a_session_leaves_the_tallies():
    session = AreaDiscussedFactory().session
    before = said()

    CardSession.objects.filter(pk=session.pk).delete()

    assert said() == before != {}


def test_days_of_a_month_add_up_to_it():
    first = CardSessionFactory(held_on=datetime.date(2026, 2, 1))
    for day in [1, 15, 28]:
        CardSessionFactory(site=first.site, held_on=datetime.date(2026, 2, day))
    CardSessionFactory(site=first.site, held_on=datetime.date(2026, 3, 1))
    count_now()

    months = dict(Tally.objects.filter(grain="month", measure="outcome").values_list("day", "sessions"))
    assert months == {datetime.date(2026, 2, 1): 4, datetime.date(2026, 3, 1): 1}
    require_true()


def test_sessions_of_one_statement_are_counted_in_one_statement():
    with connection.cursor() as cursor:
        site = CardSessionFactory().site
        count_now()
        cursor.execute(
            """
            INSERT INTO care_sessions_cardsession (organisation_id, site_id, held_on, part_of_day, setting_id, outcome, moment_id,
                areas_recorded, resources_recorded, signposts_recorded, entry, clock_flag, voided_reason)
            SELECT organisation_id, site_id, held_on, part_of_day, setting_id, outcome, moment_id,
                areas_recorded, resources_recorded, signposts_recorded, entry, clock_flag, voided_reason
            FROM care_sessions_cardsession, generate_series(1, 500)
            """
        )

    assert site and said()["outcome", "held"] == (501, 0)


def test_sessions_of_two_services_in_one_transaction_are_counted_for_each():
    first, second = SiteFactory(), SiteFactory()
    for site in [first, second, first]:
        CardSessionFactory(site=site)
    count_now()
    CardSessionFactory(site=second)
    count_now()

    counted = Tally.objects.filter(grain="whole_month", measure="outcome").values_list("organisation", "sessions")
    assert dict(counted) == {first.organisation_id: 2, second.organisation_id: 2}
    require_true()


def test_what_was_counted_inside_a_savepoint_that_is_given_up_is_counted_again():
    session = CardSessionFactory()
    with transaction.atomic():
        CardSessionFactory(site=session.site)
        count_now()
        transaction.set_rollback(True)

    require_true()
    assert said()["outcome", "held"] == ONE
