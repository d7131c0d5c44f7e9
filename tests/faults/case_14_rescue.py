"""The rescue file"""

from playwright.sync_api import expect

from tests.faults import network
from tests.faults.cases import case


def rescue_file(case, device):
    """Save it on the tablet, and return where it lies."""
    device.send_now()
    with device.page.expect_download() as download:
        device.hands.button("Save a rescue file").click()
    path = case.folder("rescue") / download.value.suggested_filename
    download.value.save_as(path)
    return path


def hand_in(case, path, who="cass"):
    """At a desk, by a coordinator. Returns what the page says about it."""
    desk = case.desk(who)
    desk.goto("/sessions/rescue/")
    desk.locator("input[type=file]").set_input_files(path)
    desk.get_by_role("button", name="Hand in").click()
    expect(desk.get_by_role("status")).to_contain_text("record")
    desk.wait_for_load_state()
    return desk.get_by_role("main").inner_text()


@case("A rescue file, handed in twice and together with the tablet")
def twice_and_with_the_tablet(case):
    """The tablet cannot send. A coordinator hands its file in, then again; then the tablet sends all the same. Everything is there once."""
    device = case.device().save().save_many(5)
    with case.network.doing(network.answer(503)):
        device.let_it_go().has_tried()
        path = rescue_file(case, device)
        hand_in(case, path)
        assert len(case.rows()) == 6
        hand_in(case, path)
        assert device.count() == 6
    device.is_empty()
    case.kept_for_a_look(0)


@case("A rescue file instead of a tablet that is lost")
def instead(case):
    """The tablet's page is closed and its storage cleared, so that nothing of it can ever be sent. The file has everything."""
    device = case.device().save().save_many(5)
    with case.network.doing(network.answer(503)):
        device.let_it_go().has_tried()
        path = rescue_file(case, device)
        assert device.count() == 6
        clear_storage(case, device)
    hand_in(case, path)
    assert len(case.rows()) == 6
    case.kept_for_a_look(0)


def clear_storage(case, device):
    """All that this browser keeps for the cards is deleted, while no page of them is open. Then one is, and finds nothing."""
    device.page.close()
    device.page = device.context.new_page()
    session = device.context.new_cdp_session(device.page)
    session.send("Storage.clearDataForOrigin", {"origin": case.network.url, "storageTypes": "all"})
    device.page.goto("/written/")
    assert device.page.evaluate("indexedDB.databases()") == []
    assert device.page.evaluate("localStorage.length") == 0


@case("A rescue file that is cut short")
def cut_short(case):
    """Half of the file was copied. What is whole in it goes in; the tablet still has all, and sends the rest."""
    device = case.device().save().save_many(5)
    with case.network.doing(network.answer(503)):
        device.let_it_go().has_tried()
        path = rescue_file(case, device)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        hand_in(case, path)
        assert 0 < len(case.rows()) < 6
    device.is_empty()
    case.kept_for_a_look(0)


@case("A rescue file handed in while the tablet sends")
def at_the_same_time(case):
    """The file is handed in while the tablet sends the same forty records."""
    device = case.device().save_many(40)
    with case.network.doing(network.answer(503)):
        device.network_is_back().has_tried()
        path = rescue_file(case, device)
    with case.network.doing(network.slowly(0.05)):
        device.send_now()
        hand_in(case, path)
        device.is_empty()
    case.kept_for_a_look(0)
