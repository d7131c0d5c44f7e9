"""`manage.py export_sessions` does what the page does, in somebody's name."""

import io
import stat

import pytest
from django.core.management import CommandError, call_command

from sessions.models import Export
from tests.factories import SiteFactory, UserFactory
from tests.sessions.exports.taking import read_csv, read_zip, take
from vein_care.accounts.models import AuditEvent


@pytest.fixture
def export(transactional_db, coordinator, tmp_path):
    """export(**options): the path of the file, in the coordinator's name unless said."""
    coordinator.login_name = "cass"
    coordinator.save()

    def run(**options):
        path = tmp_path / "file"
        usual = {"by": "cass", "organisation": coordinator.organisation_id, "output": str(path), "reason": "To plan the winter"}
        days = {} if "period" in options else {"first": "2026-07-01", "last": "2026-09-30"}
        given = usual | days | options
        flags = {"first": "--from", "last": "--to", "file_format": "--format", "with_day": "--with-day"}
        words = [word for name, value in given.items() for word in ([flags.get(name, f"--{name}")] + ([] if value is True else [str(value)]))]
        call_command("export_sessions", *words, stderr=io.StringIO())
        return path

    return run


def test_it_writes_the_same_file_as_the_page(export, desk, full_session):
    path = export()

    notes, rows = read_csv(path.read_bytes())
    assert rows == read_csv(take(desk))[1]
    assert notes[0].startswith("# Not for sharing.")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_noted_like_one_from_the_page(export, full_session, coordinator):
    export(file_format="zip", with_day=True, setting="van")

    made = Export.objects.get()
    assert (made.asked_by, made.state, made.rows, made.with_day, made.reason) == (coordinator, "complete", 1, True, "To plan the winter")
    assert list(AuditEvent.objects.filter(type__startswith="export.").order_by("pk").values_list("type", "actor_name")) == [
        ("export.begun", "Cass Lowe"),
        ("export.complete", "Cass Lowe"),
    ]


def test_a_summary_to_share_needs_no_reason(export, full_session):
    assert "summary.csv" in read_zip(export(what="summary", period="2026-q3", file_format="zip", reason="").read_bytes())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"reason": ""}, "Write what it is for"),
        ({"by": "nobody"}, "There is nobody nobody"),
        ({"first": "2026-10-01"}, "The last day is before the first"),
        ({"setting": "spaceship"}, "There is no such setting"),
        ({"period": "2026-q3"}, "inside only"),
        ({"output": "/no/such/folder/file"}, "cannot be written"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(export, options, said):
    with pytest.raises(CommandError, match=said):
        export(**options)

    assert not Export.objects.exists()


def test_another_organisation_can_be_neither_named_nor_reached(export, coordinator):
    elsewhere = SiteFactory()
    worker = UserFactory(organisation=coordinator.organisation, roles=["worker"], login_name="jo")

    with pytest.raises(CommandError, match="There is nobody cass"):
        export(organisation=elsewhere.organisation_id)
    with pytest.raises(CommandError, match="There is no such site"):
        export(site=elsewhere.pk)
    with pytest.raises(CommandError, match="may export"):
        export(by=worker.login_name)


def test_a_file_that_is_there_is_not_written_over(export, full_session):
    path = export()

    with pytest.raises(CommandError, match="cannot be written"):
        export()
    assert path.read_bytes().endswith(b"# Rows,1\n")
