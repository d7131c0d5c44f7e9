"""The deck on paper: which cards stand on which sheet, and that each back lies behind its front."""

import pytest

from cards.printing import sheets_of
from tests.cards.test_public import recall
from tests.factories import CardVersionFactory, ReleaseFactory


def test_backs_stand_mirrored_row_by_row():
    [sheet] = sheets_of(["a", "b", "c", "d"])

    assert sheet == {"number": 1, "front": ["a", "b", "c", "d"], "back": ["b", "a", "d", "c"]}


def test_the_last_sheet_may_have_gaps_and_they_are_mirrored_too():
    first, last = sheets_of(["a", "b", "c", "d", "e"])

    assert (first["number"], last["number"]) == (1, 2)
    assert (last["front"], last["back"]) == (["e", None, None, None], [None, "e", None, None])


def test_without_cards_there_is_no_sheet():
    assert sheets_of([]) == []


@pytest.mark.django_db
def test_recalled_cards_are_not_printed_and_the_release_is_named(client, editor, release):
    recall("clean-hands")
    client.force_login(editor)

    text = client.get("/print/cards/").text

    assert 'data-slug="ampoule"' in text
    assert "clean-hands" not in text
    assert "Release 1 · reviewed November 2026 · not yet clinically reviewed" in text


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize("address", ["/print/cards/", "/print/overview/"])
def test_the_number_of_queries_does_not_grow(client, editor, django_assert_max_num_queries, count, address):
    ReleaseFactory(versions=[CardVersionFactory(area="water") for _ in range(count)])
    client.force_login(editor)

    with django_assert_max_num_queries(9):
        client.get(address)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/print/cards/", "/print/overview/"])
def test_before_the_first_release_the_page_says_so(client, editor, address):
    client.force_login(editor)

    assert "There are no cards here yet." in client.get(address).text
