"""sessions/codes.py: code tables equal to intervention.md part 10, loaded after every migration."""

import pytest

from sessions import codes, reference
from sessions.models import CardSession, LengthBand, Moment, Reason, Resource, Setting, SignpostKind

pytestmark = pytest.mark.django_db

EXPECTED = {
    Reason: "competing_priorities illness no_time_today no_private_space not_interested already_knows not_about_injecting "
    "under_influence_or_unwell language not_the_moment other not_asked prefer_not_to_say",
    Moment: "routine_visit asked_for_equipment pain_or_vein_trouble wound_or_infection_worry new_to_injecting after_hospital other "
    "not_asked prefer_not_to_say",
    Setting: "fixed_site outreach_street van pharmacy hostel clinic hospital home_visit supervised_facility prison_or_custody online_chat "
    "phone other",
    Resource: "hand_sanitiser hand_wipes pre_injection_swabs dry_pads water_ampoules citric_packets street_kit "
    "leaflet_1_bacterial_infections leaflet_2_abscesses_ulcers leaflet_3_street_safety needles_syringes filters cookers vitamin_c_packets "
    "tourniquet foil sharps_bin naloxone other",
    SignpostKind: "wound_care needle_exchange blood_borne_virus_test opioid_treatment naloxone_supply vaccination gp emergency_care "
    "housing_benefits mental_health peer_support other",
    LengthBand: "under_5 from_5_to_9 from_10_to_19 from_20",
}


@pytest.mark.parametrize("model", EXPECTED, ids=lambda model: model.__name__)
def test_codes_are_those_of_the_intervention(model):
    assert sorted(model.objects.values_list("code", flat=True)) == sorted(EXPECTED[model].split())


def test_reasons_are_asked_for_with_the_outcomes_that_have_one_and_are_all_reasons():
    assert codes.REASONS_ASKED.keys() == set(CardSession.OUTCOMES_WITH_REASON)
    assert {code for asked in codes.REASONS_ASKED.values() for code in asked} == codes.REASONS.keys() - {"not_asked"}


def test_loading_again_changes_labels_and_order_but_brings_nothing_back_into_use():
    Reason.objects.filter(code="illness").update(label="Sick", position=99, is_retired=True)

    codes.load_codes()

    again = Reason.objects.get(code="illness")
    assert (again.label, again.position, again.is_retired) == ("Ill today", 2, True)


def test_code_that_is_no_longer_shipped_stays():
    Reason.objects.create(code="old", label="Old", position=50, is_retired=True)

    codes.load_codes()

    assert Reason.objects.filter(code="old").exists()


def test_every_resource_has_a_line_to_say():
    assert not Resource.objects.filter(line="").exists()


def test_offered_codes_are_in_order_and_without_retired_ones():
    Moment.objects.filter(code="other").update(is_retired=True)

    assert [item.code for item in reference.offered("moments")] == EXPECTED[Moment].replace("other ", "").split()


def test_all_code_tables_are_read_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        reference.codes()
        reference.codes()
        reference.offered("areas")
