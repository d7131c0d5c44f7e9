"""Every named rule of the session tables has a case here that breaks it; a rule without a case fails the first test."""

import datetime
from functools import partial

import pytest
from django.db import Error, connection, models, transaction
from django.utils import timezone

from sessions.models import AreaDiscussed, CardSession, ResourceGiven, SignpostGiven, Tablet, Tally, Uncounted
from tests.factories import (
    AnsweredFormFactory,
    AreaDiscussedFactory,
    CardSessionFactory,
    CardShownFactory,
    ExportFactory,
    FeedbackPageFactory,
    HandInFactory,
    HelpPageFactory,
    LocalServiceFactory,
    NoticeFactory,
    OrganisationFactory,
    PersonFeedbackFactory,
    QuarantinedRecordFactory,
    ResourceGivenFactory,
    SharedFiguresFactory,
    SignpostGivenFactory,
    SiteFactory,
    SiteResourceFactory,
    SiteSignpostFactory,
    SummaryRulesFactory,
    TabletFactory,
    TallyFactory,
    UserFactory,
    WaitingCounterTabletFactory,
    WorkerTicketFactory,
)

pytestmark = pytest.mark.django_db

# What Django names by itself is tested in general: foreign keys by Django, counts below.
NAMED = """
SELECT conname FROM pg_constraint
WHERE conrelid::regclass::text LIKE 'care_sessions_%' AND contype IN ('c', 'u', 'x', 'f') AND conname !~ '(_fk_|_check$)'
UNION
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid::regclass::text LIKE 'care_sessions_%' AND indisunique AND NOT indisprimary
UNION
SELECT tgname FROM pg_trigger
WHERE tgrelid::regclass::text LIKE 'care_sessions_%' AND NOT tgisinternal
    AND tgfoid NOT IN ('care_sessions_note'::regproc, 'care_sessions_count_noted'::regproc)  -- they count, and refuse nothing
"""


def twice(factory, *fields):
    """Make a row, and another with the same values in these fields."""

    def broken():
        first = factory()
        factory(**{field: getattr(first, field) for field in fields})

    return broken


def a_part(model, **fields):
    """A part of a session that says nothing of the kind was recorded."""
    return lambda: model.objects.create(session=CardSessionFactory(), **fields)


def with_voided(**changes):
    values = {"voided_at": timezone.now(), "voided_reason": "twice"}
    return lambda: CardSessionFactory(**values | {"voided_by": UserFactory()} | changes)


def flag_taken_back():
    area = AreaDiscussedFactory()
    CardSession.objects.filter(pk=area.session_id).update(areas_recorded=False)


def uncounted(change):
    session = CardSessionFactory()
    Uncounted.objects.create(session=session, organisation=session.organisation, change=change)


CASES = {
    "care_sessions_cardsession_site_in_organisation": [lambda: CardSessionFactory(organisation=OrganisationFactory())],
    "care_sessions_cardsession_held_on_plausible": [lambda: CardSessionFactory(held_on=datetime.date(1970, 1, 1))],
    "care_sessions_cardsession_part_of_day_known": [lambda: CardSessionFactory(part_of_day="dawn")],
    "care_sessions_cardsession_outcome_known": [lambda: CardSessionFactory(outcome="excellent")],
    "care_sessions_cardsession_entry_known": [lambda: CardSessionFactory(entry="carrier")],
    "care_sessions_cardsession_clock_flag_known": [lambda: CardSessionFactory(clock_flag="late")],
    "care_sessions_cardsession_reason_with_outcome": [lambda: CardSessionFactory(outcome="held", reason_id="illness")],
    "care_sessions_cardsession_recorded_when_taken_up": [
        lambda flag=flag: CardSessionFactory(outcome="declined", **{flag: True})
        for flag in ["areas_recorded", "resources_recorded", "signposts_recorded"]
    ],
    "care_sessions_cardsession_voided_together": [
        with_voided(voided_at=None),
        with_voided(voided_reason=""),
        with_voided(voided_reason="because"),
        lambda: CardSessionFactory(voided_reason="twice"),
    ],
    "care_sessions_cardsession_recorded_while_parts": [flag_taken_back],
    "care_sessions_areadiscussed_once": [twice(AreaDiscussedFactory, "session", "area_id")],
    "care_sessions_areadiscussed_one_mattered_most": [
        lambda: [
            AreaDiscussedFactory(area_id=code, mattered_most=True, session=session)
            for session in [CardSessionFactory(areas_recorded=True)]
            for code in ["water", "acids"]
        ]
    ],
    "care_sessions_areadiscussed_only_when_recorded": [a_part(AreaDiscussed, area_id="water")],
    "care_sessions_cardshown_once": [twice(CardShownFactory, "session", "card_version")],
    "care_sessions_resourcegiven_once": [twice(ResourceGivenFactory, "session", "resource_id")],
    "care_sessions_resourcegiven_status_known": [lambda: ResourceGivenFactory(status="thrown")],
    "care_sessions_resourcegiven_quantity_when_given": [
        lambda: ResourceGivenFactory(quantity=0),
        lambda: ResourceGivenFactory(quantity=10_001),
        lambda: ResourceGivenFactory(status="none_left", quantity=1),
        lambda: ResourceGivenFactory(status="offered_not_wanted", quantity=1),
    ],
    "care_sessions_resourcegiven_only_when_recorded": [a_part(ResourceGiven, resource_id="foil", status="given")],
    "care_sessions_signpostgiven_once": [twice(SignpostGivenFactory, "session", "kind_id")],
    "care_sessions_signpostgiven_only_when_recorded": [a_part(SignpostGiven, kind_id="gp")],
    "care_sessions_siteresource_once": [twice(SiteResourceFactory, "site", "resource_id")],
    "care_sessions_sitesignpost_once": [twice(SiteSignpostFactory, "site", "kind_id")],
    "care_sessions_tally_once": [
        twice(TallyFactory, "organisation", "grain", "measure", "day", "site", "setting_id", "code"),
        twice(partial(TallyFactory, code=None), "organisation", "grain", "measure", "day", "site", "setting_id"),
    ],
    "care_sessions_tally_grain_known": [lambda: TallyFactory(grain="year")],
    "care_sessions_tally_month_begins_on_first": [
        lambda: TallyFactory(grain="month", day=datetime.date(2026, 11, 2)),
        lambda: TallyFactory(grain="whole_month", site=None, organisation=OrganisationFactory(), setting_id=None, day=datetime.date(2026, 11, 2)),
    ],
    "care_sessions_tally_site_unless_whole": [
        lambda: TallyFactory(grain="whole_day"),
        lambda: TallyFactory(grain="whole_day", setting_id=None),
        lambda: TallyFactory(site=None, organisation=OrganisationFactory()),
        lambda: TallyFactory(setting_id=None),
    ],
    "care_sessions_tally_measure_known": [lambda: TallyFactory(measure="score")],
    "care_sessions_tally_quantity_of_given": [lambda: TallyFactory(measure="outcome", quantity=1)],
    "care_sessions_tally_site_in_organisation": [lambda: TallyFactory(organisation=OrganisationFactory())],
    "care_sessions_uncounted_one_more_or_less": [lambda change=change: uncounted(change) for change in [0, 2]],
    "care_sessions_summaryrules_hide_below_in_range": [lambda number=number: SummaryRulesFactory(hide_below=number) for number in [4, 51]],
    "care_sessions_summaryrules_keep_months_in_range": [lambda number=number: SummaryRulesFactory(keep_months=number) for number in [0, 241]],
    "care_sessions_summaryrules_kept_from_first": [lambda: SummaryRulesFactory(kept_from=datetime.date(2026, 11, 2))],
    "care_sessions_sharedfigures_once": [twice(SharedFiguresFactory, "organisation")],
    "care_sessions_sharedfigures_year_plausible": [lambda year=year: SharedFiguresFactory(year=year) for year in [1999, 2200]],
    "care_sessions_sharedfigures_digest_is_sha256": [lambda: SharedFiguresFactory(digest=b"short")],
    "care_sessions_tablet_token_unique": [twice(TabletFactory, "token_hash")],
    "care_sessions_tablet_token_is_hashed": [lambda: TabletFactory(token_hash=b"a token in clear")],
    "care_sessions_tablet_id_organisation_unique": [
        lambda: run("INSERT INTO care_sessions_tablet SELECT * FROM care_sessions_tablet WHERE id = %s", [TabletFactory().pk])
    ],
    "care_sessions_tablet_counter_has_site": [lambda: TabletFactory(is_counter=True)],
    "care_sessions_tablet_enrol_unique": [twice(WaitingCounterTabletFactory, "enrol_hash")],
    "care_sessions_tablet_enrol_is_hashed": [lambda: WaitingCounterTabletFactory(enrol_hash=b"a code in clear")],
    "care_sessions_tablet_enrol_together": [
        lambda: WaitingCounterTabletFactory(enrol_until=None),
        lambda: WaitingCounterTabletFactory(is_counter=False),
    ],
    "care_sessions_tablet_revoked_by_with_at": [lambda: TabletFactory(revoked_by=UserFactory())],
    "care_sessions_tablet_site_in_organisation": [lambda: TabletFactory(site=SiteFactory())],
    "care_sessions_workerticket_expires_later": [lambda: WorkerTicketFactory(expires_at=timezone.now() - datetime.timedelta(days=1))],
    "care_sessions_workerticket_revoked_by_with_at": [lambda: WorkerTicketFactory(revoked_by=UserFactory())],
    "care_sessions_quarantinedrecord_tablet_in_organisation": [lambda: QuarantinedRecordFactory(organisation=OrganisationFactory())],
    "care_sessions_quarantinedrecord_field_is_path": [
        lambda: QuarantinedRecordFactory(field=""),
        lambda: QuarantinedRecordFactory(field="session.Jo was here"),
    ],
    "care_sessions_quarantinedrecord_rule_is_code": [lambda: QuarantinedRecordFactory(rule="Not allowed!")],
    "care_sessions_quarantinedrecord_resolved_together": [
        lambda: QuarantinedRecordFactory(resolved_at=timezone.now()),
        lambda: QuarantinedRecordFactory(resolution="stored"),
        lambda: QuarantinedRecordFactory(resolved_at=timezone.now(), resolved_by=UserFactory(), resolution="eaten"),
    ],
    "care_sessions_quarantinedrecord_reason_with_set_aside": [
        lambda: QuarantinedRecordFactory(resolved_at=timezone.now(), resolved_by=UserFactory(), resolution="set_aside"),
        lambda: QuarantinedRecordFactory(
            resolved_at=timezone.now(), resolved_by=UserFactory(), resolution="set_aside", set_aside_reason="Jo asked"
        ),
        lambda: QuarantinedRecordFactory(resolved_at=timezone.now(), resolved_by=UserFactory(), resolution="stored", set_aside_reason="trial"),
        lambda: QuarantinedRecordFactory(set_aside_reason="trial"),
    ],
    "care_sessions_quarantinedrecord_payload_until_stored": [
        lambda: QuarantinedRecordFactory(payload=b""),
        lambda: QuarantinedRecordFactory(
            payload=b"", resolved_at=timezone.now(), resolved_by=UserFactory(), resolution="set_aside", set_aside_reason="trial"
        ),
    ],
    "care_sessions_handin_content_once": [twice(HandInFactory, "record_id", "digest")],
    "care_sessions_handin_stored_once": [twice(HandInFactory, "record_id")],
    "care_sessions_handin_session_once": [lambda: [HandInFactory(session=session) for session in [CardSessionFactory()] for _time in "12"]],
    "care_sessions_handin_quarantine_once": [
        lambda: [
            HandInFactory(fate="quarantined", quarantined_record=record) for record in [QuarantinedRecordFactory()] for _time in "12"
        ]
    ],
    "care_sessions_handin_digest_is_sha256": [lambda: HandInFactory(digest=b"short")],
    "care_sessions_handin_points_at_its_fate": [
        lambda: HandInFactory(fate="quarantined", session=CardSessionFactory()),
        lambda: HandInFactory(fate="stored", quarantined_record=QuarantinedRecordFactory()),
        lambda: HandInFactory(fate="lost"),
    ],
    "care_sessions_localservice_site_in_organisation": [lambda: LocalServiceFactory(site=SiteFactory())],
    "care_sessions_localservice_name_once": [
        twice(LocalServiceFactory, "organisation", "kind_id", "name"),
        lambda: [LocalServiceFactory(organisation=site.organisation, site=site, name=name) for site in [SiteFactory()] for name in ["One", "ONE"]],
    ],
    "care_sessions_localservice_has_name": [lambda: LocalServiceFactory(name="")],
    "care_sessions_localservice_phone_can_be_called": [
        lambda phone=phone: LocalServiceFactory(phone=phone) for phone in ["ask for Ann", "0", "+", "0117 496 0000 javascript:"]
    ],
    "care_sessions_localservice_link_is_web_address": [
        lambda link=link: LocalServiceFactory(link=link) for link in ["javascript:alert(1)", "example.org", "https://nowhere", "https://a.b c"]
    ],
    "care_sessions_export_what_known": [lambda: ExportFactory(what="people")],
    "care_sessions_export_format_known": [lambda: ExportFactory(file_format="pdf")],
    "care_sessions_export_sessions_inside_with_reason": [
        lambda: ExportFactory(what="sessions", is_inside=True, reason=""),
        lambda: ExportFactory(what="sessions", is_inside=False, reason="To plan"),
        lambda: ExportFactory(with_day=True),
    ],
    "care_sessions_export_inside_of_one": [lambda: ExportFactory(organisation=None, asked_by=UserFactory(), is_inside=True)],
    "care_sessions_export_times_of_state": [
        lambda: ExportFactory(rows=3),
        lambda: ExportFactory(state="running"),
        lambda: ExportFactory(state="complete", began_at=timezone.now(), seen_at=timezone.now()),
        lambda: ExportFactory(state="asleep"),
    ],
    "care_sessions_export_why_broken_off": [
        lambda: ExportFactory(why="reader"),
        lambda: ExportFactory(state="broken_off", began_at=timezone.now(), seen_at=timezone.now(), ended_at=timezone.now()),
    ],
    "care_sessions_personfeedback_once": [twice(PersonFeedbackFactory, "site", "month", "answer")],
    "care_sessions_personfeedback_month_is_its_first_day": [lambda: PersonFeedbackFactory(month=datetime.date(2026, 9, 2))],
    "care_sessions_personfeedback_answer_known": [lambda: PersonFeedbackFactory(answer="skip")],
    "care_sessions_personfeedback_counts_somebody": [lambda: PersonFeedbackFactory(count=0)],
    "care_sessions_feedbackpage_code_once": [twice(FeedbackPageFactory, "code")],
    "care_sessions_feedbackpage_code_is_drawn": [
        lambda code=code: FeedbackPageFactory(code=code) for code in ["", "harbour", "abcdefghjkm0", "ABCDEFGHJKMN"]
    ],
    "care_sessions_answeredform_digest_is_sha256": [lambda: AnsweredFormFactory(digest=b"short")],
    "care_sessions_notice_one_standing": [twice(NoticeFactory, "organisation")],
    "care_sessions_notice_has_text": [lambda: NoticeFactory(text="")],
    "care_sessions_notice_ends_after_it_starts": [
        lambda: NoticeFactory(starts_on=datetime.date(2026, 11, 21), ends_on=datetime.date(2026, 11, 20))
    ],
    "care_sessions_notice_ends_in_time": [lambda: NoticeFactory(starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 4, 4))],
    "care_sessions_notice_withdrawn_together": [
        lambda: NoticeFactory(withdrawn_at=timezone.now()),
        lambda: NoticeFactory(withdrawn_by=UserFactory()),
    ],
    "care_sessions_helppage_slug_once": [twice(HelpPageFactory, "slug")],
    "care_sessions_helppage_slug_is_plain": [
        lambda slug=slug: HelpPageFactory(slug=slug) for slug in ["", "Harbour", "-harbour", "harbour-", "a/b", "hafen_ü"]
    ],
}


def run(statement, values=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def test_every_named_rule_has_a_case():
    assert {name for (name,) in run(NAMED)} == set(CASES)


@pytest.mark.parametrize(("rule", "number"), [(rule, number) for rule, cases in CASES.items() for number in range(len(cases))])
def test_database_refuses_what_breaks_the_rule(rule, number):
    # The pair (id, organisation) is unique already because the id is; that the pair has a rule is what a foreign key can point at.
    named = "care_sessions_tablet_pkey" if rule == "care_sessions_tablet_id_organisation_unique" else rule

    with pytest.raises(Error) as refusal, transaction.atomic():
        CASES[rule][number]()
        run("SET CONSTRAINTS ALL IMMEDIATE")

    assert refusal.value.__cause__.diag.constraint_name == named


COUNTS = [
    (model._meta.label, field.name)
    for model in [ResourceGiven, Tablet, Tally]
    for field in model._meta.fields
    if isinstance(field, models.PositiveIntegerField | models.PositiveBigIntegerField)
]


@pytest.mark.parametrize(("label", "field"), COUNTS)
def test_no_count_is_negative(label, field):
    factories = {"care_sessions.ResourceGiven": ResourceGivenFactory, "care_sessions.Tablet": TabletFactory, "care_sessions.Tally": TallyFactory}
    factory = factories[label]

    with pytest.raises(Error, match="violates check constraint"), transaction.atomic():
        factory(**{field: -1})


def test_parts_go_with_their_session():
    area = AreaDiscussedFactory()

    area.session.delete()

    assert not AreaDiscussed.objects.exists()


def test_hand_in_outlives_its_session():
    hand_in = HandInFactory(session=CardSessionFactory())

    CardSession.objects.all().delete()
    hand_in.refresh_from_db()

    assert (hand_in.fate, hand_in.session) == ("stored", None)


def test_part_cannot_be_moved_to_a_session_that_recorded_nothing():
    area = AreaDiscussedFactory()

    with pytest.raises(Error, match="areas_recorded is false"), transaction.atomic():
        AreaDiscussed.objects.filter(pk=area.pk).update(session=CardSessionFactory())


def test_flag_of_a_session_without_parts_may_change():
    session = CardSessionFactory(areas_recorded=True)

    CardSession.objects.filter(pk=session.pk).update(areas_recorded=False)

    session.refresh_from_db()
    assert session.areas_recorded is False
