"""The smallest valid row of each kind. What a test cares about, it names."""

import datetime

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone
from factory.django import DjangoModelFactory

from cards.models import Card, CardText, CardVersion, DeckRelease, DeckReleaseCard
from sessions.models import (
    AnsweredForm,
    AreaDiscussed,
    CardSession,
    CardShown,
    Export,
    FeedbackPage,
    HandIn,
    HelpPage,
    LocalService,
    Notice,
    PersonFeedback,
    QuarantinedRecord,
    ResourceGiven,
    SharedFigures,
    SignpostGiven,
    SiteResource,
    SiteSignpost,
    SummaryRules,
    Tablet,
    Tally,
    WorkerTicket,
)
from vein_care.accounts.models import Invitation, Organisation, Site, User
from vein_care.accounts.tokens import hash_of

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence("Organisation {}".format)


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence("Site {}".format)
    kind = "place"


class UserFactory(DjangoModelFactory):
    """Somebody of an organisation, without a role and without a password. Whoever needs a second step has one, unless `second_step=False`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    login_name = factory.Sequence("person{}".format)
    display_name = factory.Sequence("Person {}".format)
    initials = "PN"

    @factory.post_generation
    def second_step(self, create, extracted, **kwargs):
        wanted = self.must_use_second_step if extracted is None else extracted
        if create and wanted:
            Authenticator.objects.create(user=self, type=Authenticator.Type.TOTP, data={"secret": TOTP_SECRET})


class InvitationFactory(DjangoModelFactory):
    """An open invitation for a new worker. `token` is what its link holds."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence("token-{}".format)

    organisation = factory.SubFactory(OrganisationFactory)
    display_name = "Alex Rowe"
    roles = ["worker"]
    token_hash = factory.LazyAttribute(lambda made: hash_of(made.token))
    created_by = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..organisation"))


class CardVersionFactory(DjangoModelFactory):
    """A card of the area `area` in its first version, with its words."""

    class Meta:
        model = CardVersion
        skip_postgeneration_save = True

    class Params:
        area = "water"
        slug = factory.Sequence("card-{}".format)

    card = factory.LazyAttribute(lambda made: Card.objects.get_or_create(slug=made.slug, defaults={"area_id": made.area})[0])
    number = 1
    picture = "ampoule.svg"
    strength = "GUID"
    sources = ["NHSI"]
    reviewed_on = datetime.date(2026, 11, 21)
    country = "GB"
    digest = "0" * 64

    @factory.post_generation
    def text(self, create, extracted, **words):
        if create:
            fields = dict.fromkeys(["title", "line", "alt", "say", "ask_first", "ask_second", "offer", "how_sure"], "words")
            CardText.objects.create(version=self, language="en-GB", **fields | words)


class ReleaseFactory(DjangoModelFactory):
    """A published release; `versions` are its cards, two new ones unless said."""

    class Meta:
        model = DeckRelease
        skip_postgeneration_save = True

    @factory.post_generation
    def versions(self, create, extracted, **kwargs):
        if not create:
            return
        versions = extracted if extracted is not None else [CardVersionFactory(area="water"), CardVersionFactory(area="hygiene")]
        for position, version in enumerate(versions, start=1):
            DeckReleaseCard.objects.create(release=self, version=version, position=position)
        self.number = (DeckRelease.objects.order_by("-number").values_list("number", flat=True).exclude(number=None).first() or 0) + 1
        self.published_at = timezone.now()
        self.save()


class CardSessionFactory(DjangoModelFactory):
    """A session that was held yesterday evening, nothing else recorded. `site` decides the organisation."""

    class Meta:
        model = CardSession

    site = factory.SubFactory(SiteFactory)
    organisation = factory.SelfAttribute("site.organisation")
    held_on = factory.LazyFunction(lambda: timezone.localdate() - datetime.timedelta(days=1))
    part_of_day = "evening"
    setting_id = "van"
    outcome = "held"
    moment_id = "not_asked"
    areas_recorded = False
    resources_recorded = False
    signposts_recorded = False
    entry = "tablet"


class AreaDiscussedFactory(DjangoModelFactory):
    class Meta:
        model = AreaDiscussed

    session = factory.SubFactory(CardSessionFactory, areas_recorded=True)
    area_id = "water"


class CardShownFactory(DjangoModelFactory):
    class Meta:
        model = CardShown

    session = factory.SubFactory(CardSessionFactory)
    card_version = factory.SubFactory(CardVersionFactory)


class ResourceGivenFactory(DjangoModelFactory):
    class Meta:
        model = ResourceGiven

    session = factory.SubFactory(CardSessionFactory, resources_recorded=True)
    resource_id = "water_ampoules"
    status = "given"


class SignpostGivenFactory(DjangoModelFactory):
    class Meta:
        model = SignpostGiven

    session = factory.SubFactory(CardSessionFactory, signposts_recorded=True)
    kind_id = "wound_care"


class TallyFactory(DjangoModelFactory):
    """Three sessions that say the same; `site` decides the organisation. Records make their tallies by themselves: this is for tests of the rows."""

    class Meta:
        model = Tally

    site = factory.SubFactory(SiteFactory)
    organisation = factory.SelfAttribute("site.organisation")
    grain = "day"
    day = datetime.date(2026, 11, 21)
    setting_id = "van"
    measure = "resource_given"
    code = "filters"
    sessions = 3


class SummaryRulesFactory(DjangoModelFactory):
    class Meta:
        model = SummaryRules

    organisation = factory.SubFactory(OrganisationFactory)


class SharedFiguresFactory(DjangoModelFactory):
    class Meta:
        model = SharedFigures

    organisation = factory.SubFactory(OrganisationFactory)
    year = 2026
    worked_out_on = datetime.date(2026, 11, 21)
    hide_below = 8
    figures = factory.LazyFunction(dict)


class SiteResourceFactory(DjangoModelFactory):
    class Meta:
        model = SiteResource

    site = factory.SubFactory(SiteFactory)
    resource_id = "water_ampoules"


class SiteSignpostFactory(DjangoModelFactory):
    class Meta:
        model = SiteSignpost

    site = factory.SubFactory(SiteFactory)
    kind_id = "wound_care"


class TabletFactory(DjangoModelFactory):
    class Meta:
        model = Tablet

    organisation = factory.SubFactory(OrganisationFactory)
    token_hash = factory.Sequence(lambda number: number.to_bytes(32, "big"))


class WaitingCounterTabletFactory(TabletFactory):
    """A counter tablet for which a code was made and not used yet."""

    site = factory.SubFactory(SiteFactory, organisation=factory.SelfAttribute("..organisation"))
    is_counter = True
    enrol_hash = factory.Sequence(lambda number: number.to_bytes(32, "little"))
    enrol_until = factory.LazyFunction(timezone.now)


class WorkerTicketFactory(DjangoModelFactory):
    class Meta:
        model = WorkerTicket

    tablet = factory.SubFactory(TabletFactory)
    user = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..tablet.organisation"))
    issued_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda made: made.issued_at + datetime.timedelta(days=30))


class QuarantinedRecordFactory(DjangoModelFactory):
    class Meta:
        model = QuarantinedRecord

    tablet = factory.SubFactory(TabletFactory)
    organisation = factory.SelfAttribute("tablet.organisation")
    received_at = factory.LazyFunction(timezone.now)
    payload = b"{}"
    field = "session.site"
    rule = "unknown_site"


class HandInFactory(DjangoModelFactory):
    class Meta:
        model = HandIn

    record_id = factory.Faker("uuid4", cast_to=None)
    digest = factory.Sequence(lambda number: number.to_bytes(32, "big"))
    fate = "stored"
    received_at = factory.LazyFunction(timezone.now)


class LocalServiceFactory(DjangoModelFactory):
    """Checked today, for all sites of its organisation."""

    class Meta:
        model = LocalService

    organisation = factory.SubFactory(OrganisationFactory)
    kind_id = "wound_care"
    name = factory.Sequence("Clinic {}".format)
    phone = "0117 496 0000"
    checked_on = factory.LazyFunction(timezone.localdate)


class NoticeFactory(DjangoModelFactory):
    """Up today and for a week."""

    class Meta:
        model = Notice

    organisation = factory.SubFactory(OrganisationFactory)
    text = "Some of what is sold this week is stronger than usual."
    starts_on = factory.LazyFunction(timezone.localdate)
    ends_on = factory.LazyAttribute(lambda made: made.starts_on + datetime.timedelta(days=7))
    created_at = factory.LazyFunction(timezone.now)
    created_by = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..organisation"))


class FeedbackPageFactory(DjangoModelFactory):
    class Meta:
        model = FeedbackPage

    site = factory.SubFactory(SiteFactory)


class PersonFeedbackFactory(DjangoModelFactory):
    class Meta:
        model = PersonFeedback

    site = factory.SubFactory(SiteFactory)
    month = datetime.date(2026, 9, 1)
    answer = "yes"
    count = 1


class AnsweredFormFactory(DjangoModelFactory):
    class Meta:
        model = AnsweredForm

    digest = factory.Sequence(lambda number: number.to_bytes(32, "big"))
    site = factory.SubFactory(SiteFactory)
    hour = factory.LazyFunction(timezone.now)


class ExportFactory(DjangoModelFactory):
    """A summary to share that somebody has asked for a moment ago."""

    class Meta:
        model = Export

    organisation = factory.SubFactory(OrganisationFactory)
    asked_by = factory.SubFactory(UserFactory, organisation=factory.SelfAttribute("..organisation"))
    asked_at = factory.LazyFunction(timezone.now)
    what = "summary"
    file_format = "csv"
    query = "view=share&period=2026-q3"
    about = "July to September 2026, all sites and settings"
    is_inside = False
    expected = 10


class HelpPageFactory(DjangoModelFactory):
    class Meta:
        model = HelpPage

    organisation = factory.SubFactory(OrganisationFactory)
    slug = factory.Sequence("service-{}".format)
