"""sessions/slip.py: the paper slip, the afterwards form and wrap up on the tablet ask the same questions in the same codes."""

import re

import pytest
from django.urls import reverse

from sessions import paper
from tests.factories import SiteFactory, SiteResourceFactory

pytestmark = pytest.mark.django_db

QUESTIONS = ["part_of_day", "setting", "outcome", "areas", "mattered_most", "resources", "signposts", "moment", "length_band", "reason"]
LISTS_OF_TABLET = {
    "setting": "settings",
    "areas": "areas",
    "resources": "resources",
    "signposts": "signposts",
    "moment": "moments",
    "length_band": "length_bands",
    "reason": "reasons_cut_short",
}
NO_CODE = {"", "none", "not_asked"}


@pytest.fixture
def signed_in(client, worker):
    client.force_login(worker)
    return client


def codes_of_slip(client, **query):
    """{question: codes in the order of the boxes} of the first slip on the sheet."""
    slip = client.get(reverse("sessions:record-slip"), query).text.split('<article class="slip"')[1]
    found = {name: [] for name in QUESTIONS}
    for name, code in re.findall(r'data-question="(\w+)" data-code="(\w+)"', slip):
        found[name] += [code] if code not in NO_CODE else []
    return found


def codes_of_form(client):
    """{question: codes in the order of the controls}"""
    text = client.get(reverse("sessions:session-new")).text
    found = {name: re.findall(rf'name="{name}" value="(\w*)"', text) for name in ["part_of_day", "outcome", "areas", "signposts", "length_band"]}
    for name in ["setting", "mattered_most", "moment", "reason"]:
        select = re.search(rf'<select name="{name}".*?</select>', text, re.DOTALL).group()
        found[name] = re.findall(r'<option value="(\w*)"', select)
    found["resources"] = re.findall(r'name="resources-(\w+)-status"', text)
    return {name: [code for code in codes if code not in NO_CODE] for name, codes in found.items()}


def codes_of_tablet(client):
    """{question: codes} of the lists that the shell carries for wrap up and Not today."""
    text = client.get(reverse("deliver:shell")).text
    lists = {name: re.search(rf'<ul data-list="{key}">.*?</ul>', text, re.DOTALL).group() for name, key in LISTS_OF_TABLET.items()}
    return {name: [code for code in re.findall(r'data-code="(\w+)"', found) if code not in NO_CODE] for name, found in lists.items()}


def test_slip_form_and_tablet_carry_the_same_codes_in_the_same_order(signed_in):
    slip, form, tablet = codes_of_slip(signed_in), codes_of_form(signed_in), codes_of_tablet(signed_in)

    assert slip == form
    assert {name: slip[name] for name in LISTS_OF_TABLET} == tablet
    assert [len(slip[name]) for name in QUESTIONS] == [4, 13, 5, 10, 10, 19, 12, 8, 4, 12]


def test_slip_and_form_begin_with_what_the_site_has(signed_in, site):
    SiteResourceFactory(site=site, resource_id="naloxone")
    SiteResourceFactory(site=site, resource_id="foil")

    slip, form = codes_of_slip(signed_in)["resources"], codes_of_form(signed_in)["resources"]

    assert slip[:2] == ["foil", "naloxone"]
    assert slip == form


def test_every_box_has_the_letter_that_the_form_shows(signed_in):
    slip = signed_in.get(reverse("sessions:record-slip")).text.split('<article class="slip"')[1]
    form = signed_in.get(reverse("sessions:session-new")).text

    on_slip = set(re.findall(r"<b>([a-z]+)</b> ([^<]+)<", slip))
    on_form = set(re.findall(r">\s*([a-z])\) ([^<]+?)\s*<", form))
    assert on_slip == on_form
    assert all(str(paper.question(name)) in slip and str(paper.question(name)) in form for name in paper.QUESTIONS)


def test_slip_has_no_place_for_words(signed_in):
    page = signed_in.get(reverse("sessions:record-slip")).text
    slip = page[page.index('<article class="slip"') : page.rindex("</article>")]

    assert slip.count('<article class="slip"') == 2
    assert not re.search(r"<(input|textarea)|_{2,}|\.{4,}|[Nn]otes:|[Nn]ame:", slip)


def test_slip_of_another_site_of_ones_own_organisation_can_be_printed(signed_in, organisation, stranger):
    quay = SiteFactory(organisation=organisation, name="Quay Street")

    own = signed_in.get(reverse("sessions:record-slip"), {"site": quay.pk})
    foreign = signed_in.get(reverse("sessions:record-slip"), {"site": stranger.usual_site_id})

    assert own.context["site"] == quay
    assert foreign.context["site"].organisation == organisation
    assert "Elsewhere site" not in foreign.text


def test_service_without_an_open_site_gets_no_slip(signed_in, site):
    site.is_active = False
    site.save()

    assert '<article class="slip"' not in signed_in.get(reverse("sessions:record-slip")).text
