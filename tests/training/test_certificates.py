"""Certificates: the paper for whoever did a module, and the public answer to its code."""

import datetime

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.training.factories import CompletionFactory, ModuleVersionFactory
from training import certificates

pytestmark = pytest.mark.django_db

CHECK = reverse("certificate-check")
CODE = "ABCDEFGH23456789"
A_DAY = datetime.date(2026, 11, 22)


@pytest.fixture
def completion(worker):
    version = ModuleVersionFactory(slug="why-vein-care")
    return CompletionFactory(person=worker, version=version, code=CODE, completed_on=A_DAY, expires_on=datetime.date(2100, 11, 22))


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0].get_textpage().get_text_range()


# The paper


def test_the_paper_names_who_what_when_how_and_until_when(client, worker, completion):
    client.force_login(worker)

    answer = client.get(reverse("training:certificate", args=[completion.pk]))
    text = text_of(answer.content)

    assert answer["Content-Type"] == "application/pdf"
    for said in ["Jo Marsh", "Why vein care", "22 November 2026", "Online", "21 November 2100", "ABCD-EFGH-2345-6789"]:
        assert said in text
    assert "Made up" not in text


def test_its_qr_code_leads_to_the_answer(client, worker, completion):
    client.force_login(worker)
    pdf = client.get(reverse("training:certificate", args=[completion.pk])).content
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()

    [code] = zxingcpp.read_barcodes(picture)

    assert code.text == f"http://testserver{CHECK}?code=ABCD-EFGH-2345-6789"


def test_in_a_demo_it_says_that_it_is_made_up(client, worker, completion, settings):
    settings.VEIN_CARE_DEMO = True
    client.force_login(worker)

    assert "Made up, to try the app out." in text_of(client.get(reverse("training:certificate", args=[completion.pk])).content)


def test_there_is_none_for_what_was_taken_back_nor_for_somebody_else(client, worker, other_worker, trainer, completion):
    client.force_login(other_worker)
    assert client.get(reverse("training:certificate", args=[completion.pk])).status_code == 404

    type(completion).objects.filter(pk=completion.pk).update(withdrawn_at=timezone.now(), withdrawn_by=trainer, withdrawn_reason="A slip.")
    client.force_login(worker)
    assert client.get(reverse("training:certificate", args=[completion.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "western"),
    [("Zoë O’Neill", "Zoë O'Neill"), ("Łukasz Żółć", "Lukasz Zólc"), ("İpek Şahin", "Ipek Sahin"), ("Анна", "????")],
)
def test_a_name_is_written_as_it_is_or_without_a_font_for_it_as_near_as_can_be(completion, name, western):
    completion.person.display_name = name

    assert western in text_of(certificates.pdf_of(completion, check_address="https://cards.example/", fonts=[]))


@pytest.mark.parametrize(("name", "written"), [("王小明", "???"), ("Łukasz 王", "Łukasz ?"), ("Нина Ệ", "Нина Ệ")])
def test_a_letter_that_no_font_of_the_system_has_leaves_a_sign_and_no_word_in_a_log(completion, caplog, name, written):
    completion.person.display_name = name

    assert written in text_of(certificates.pdf_of(completion, check_address="https://cards.example/"))
    assert [record for record in caplog.records if record.name.startswith(("fpdf", "fontTools"))] == []


def test_the_longest_name_and_title_leave_the_code_free(completion):
    completion.person.display_name = "Wolfeschlegelsteinhausenbergerdorff-Montgomery-Wolfeschlegelsteinhausenbergerdor"
    version = ModuleVersionFactory(slug="another", title="Opening the conversation with a picture, and what helps then")
    completion.version = version

    pdf = certificates.pdf_of(completion, check_address="https://cards.example/certificates/?code=ABCD-EFGH-2345-6789")

    [code] = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil())
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    _left, bottom, _right, _top = page.get_charbox(page.search("21 November 2100").get_next()[0])
    assert code.text.endswith("6789")
    assert bottom > (24 + 8 + 34) / 25.4 * 72


def test_long_names_and_titles_stay_on_the_one_page(worker, completion):
    completion.person.display_name = "Maximiliana-Alexandrina " * 3 + "Fitzgerald"

    assert "Fitzgerald" in text_of(certificates.pdf_of(completion, check_address="https://cards.example/"))


# The answer


@pytest.mark.parametrize("typed", [CODE, "abcd-efgh-2345-6789", " ABCD EFGH 2345 6789 ", "abcd–efgh.23456789"])
def test_the_code_may_be_typed_in_any_manner(client, completion, typed):
    assert "This certificate is good" in client.get(CHECK, {"code": typed}).text


def test_the_answer_names_module_version_day_and_manner_and_nobody(client, worker, completion):
    answer = client.get(CHECK, {"code": CODE})

    for said in ["Why vein care", "22 November 2026", "Online", "until 21 November 2100"]:
        assert said in answer.text
    assert not any(secret in answer.text for secret in ["Jo Marsh", "Harbour", worker.login_name])
    assert not answer.cookies


def test_a_signed_in_look_shows_no_more(worker, completion):
    known = Client()
    known.force_login(worker)

    assert known.get(CHECK, {"code": CODE}).content == Client().get(CHECK, {"code": CODE}).content


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({"expires_on": datetime.date(2026, 12, 1), "completed_on": datetime.date(2024, 12, 1)}, "over"),
        ({"expires_on": None}, "good"),
        ({"withdrawn_at": timezone.now(), "withdrawn_reason": "A slip."}, "withdrawn"),
    ],
    ids=["run out", "never runs out", "taken back"],
)
def test_the_answer_says_how_the_certificate_stands(worker, changed, standing):
    if "withdrawn_at" in changed:
        changed = changed | {"withdrawn_by": worker}
    completion = CompletionFactory(person=worker, **changed)

    assert certificates.answer_to(completion.code, today=datetime.date(2027, 1, 1)).standing == standing


def test_an_unknown_code_gets_one_sentence_and_what_was_typed_is_still_there(client, completion):
    wrong, nonsense = [client.get(CHECK, {"code": typed}) for typed in ["ABCDEFGH2345678A", "<b>hello"]]

    for answer in [wrong, nonsense]:
        assert answer.status_code == 404
        assert "There is no certificate with this code. Compare it letter by letter with the paper." in answer.text
    assert 'value="ABCDEFGH2345678A"' in wrong.text
    assert "<b>hello" not in nonsense.text


def test_whoever_guesses_is_slowed_down_and_whoever_checks_a_whole_team_is_not(client, completion):
    assert {client.get(CHECK, {"code": CODE}).status_code for _each in range(30)} == {200}

    guesses = [client.get(CHECK, {"code": f"ABCDEFGH2345{number:04}".replace("0", "A").replace("1", "B")}) for number in range(21)]

    assert [guess.status_code for guess in guesses] == [404] * 20 + [429]
    assert client.get(CHECK, {"code": CODE}).status_code == 429


def test_no_code_and_no_name_is_written_into_a_log(client, worker, completion, caplog):
    caplog.set_level("INFO")
    client.force_login(worker)
    client.get(reverse("training:certificate", args=[completion.pk]))
    client.get(CHECK, {"code": CODE})
    client.get(CHECK, {"code": "ABCDEFGH2345678A"})

    assert [record.getMessage() for record in caplog.records] == ["Not Found: /certificates/"]


def test_the_pdf_is_small(completion):
    assert len(certificates.pdf_of(completion, check_address="https://cards.example/certificates/?code=ABCD")) < 60_000
