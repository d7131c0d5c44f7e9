"""The web server or PostgreSQL stops, or is killed"""

import contextlib

from tests.faults import network
from tests.faults.cases import case

LOCK = "LOCK TABLE care_sessions_handin IN ACCESS EXCLUSIVE MODE"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@case("Web server killed before it has the record")
def killed_before(case):
    """The record is on its way when gunicorn and its workers are killed. After a restart it is sent again."""
    device = case.device().save().save_many(1)
    gate = network.Gate()
    with case.network.doing(gate):
        device.let_it_go()
        case.eventually(gate.arrived.is_set, "a hand-in to begin")
        case.world.kill_web()
        gate.go.set()
        device.has_tried()
    case.world.start_web()
    device.is_empty()


@case("Web server killed while it stores")
def killed_during(case):
    """PostgreSQL is in the middle of the statement that stores a record when gunicorn and its workers are killed."""
    device = case.device().save().save_many(1)
    with contextlib.closing(case.world.database.connected()) as blocker:
        blocker.cursor().execute(LOCK)
        device.let_it_go()
        case.eventually(lambda: waiting(case), "a statement that waits")
        case.world.kill_web()
        blocker.rollback()
    case.network.close()
    device.has_tried()
    case.network.open()
    case.world.start_web()
    device.is_empty()


@case("Web server killed between commit and answer")
def killed_after(case):
    """A record is stored, and before the server can answer it and its workers are killed. Sent again, it is there once."""
    device = case.device().save().save_many(1)
    (case.world.folder / "hold-answers").touch()
    device.let_it_go()
    case.eventually((case.world.folder / "committed").exists, "a record to be stored")
    assert len(case.rows()) == 1
    case.world.kill_web()
    (case.world.folder / "hold-answers").unlink()
    device.has_tried()
    case.world.start_web()
    device.is_empty()


@case("Web workers killed between commit and answer")
def workers_killed(case):
    """The same, but gunicorn itself lives and starts new workers, as after one that ran out of memory."""
    device = case.device().save().save_many(1)
    (case.world.folder / "hold-answers").touch()
    device.let_it_go()
    case.eventually((case.world.folder / "committed").exists, "a record to be stored")
    (case.world.folder / "hold-answers").unlink()
    case.world.web.kill_workers()
    device.is_empty()


@case("Web server restarted under load")
def restarted(case):
    """Two tablets send sixty records while the web server is stopped in order, and started again."""
    devices = [case.device(who).save_many(30) for who in ("jo", "sam")]
    with case.network.doing(network.slowly(0.03)) as rule:
        for device in devices:
            device.network_is_back()
        case.eventually(lambda: rule.hits > 8, "some hand-ins")
        case.world.stop_web()
        case.a_moment(300)
        case.world.start_web()
    for device in devices:
        device.is_empty()


@case("PostgreSQL stopped and started under load")
def postgresql_stopped(case):
    """Two tablets send thirty records while PostgreSQL is stopped, which rolls back what is under way, and started again a second later."""
    while_postgresql(case, case.world.database.stop)


@case("PostgreSQL killed under load")
def postgresql_killed(case):
    """The same, but all of PostgreSQL's processes are killed at once; the next start repairs what they left."""
    while_postgresql(case, case.world.database.crash)


def while_postgresql(case, end):
    devices = [case.device(who).save_many(15) for who in ("jo", "sam")]
    with case.network.doing(network.slowly(0.03)) as rule:
        for device in devices:
            device.network_is_back()
        case.eventually(lambda: rule.hits > 8, "some hand-ins")
        end()
        for device in devices:
            device.has_tried()
        case.world.database.start()
        case.world.new_rows()
    for device in devices:
        device.is_empty()


@case("PostgreSQL gone before anything is sent")
def postgresql_gone(case):
    """Without PostgreSQL the server answers 500 to everything. A talk is saved meanwhile, and everything goes once it is back."""
    device = case.device().save()
    case.world.database.stop()
    device.save_talk()
    device.let_it_go().has_tried()
    case.world.database.start()
    case.world.new_rows()
    device.is_empty()


def waiting(case):
    with contextlib.closing(case.world.database.connected()) as connection, connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0]
