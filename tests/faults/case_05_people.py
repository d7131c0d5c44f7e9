"""People come, go, and share a tablet"""

from django.utils import timezone
from playwright.sync_api import expect

from tests.faults.cases import case
from tests.faults.network import answer

JO, SAM = "274961", "805213"


def logins_run_out(case):
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()


@case("Two workers on one tablet, both logins run out")
def shared_tablet(case):
    """Jo saves, Sam signs in on the same tablet and saves; then nobody is signed in any more. Both records go, each under its own worker."""
    device = case.device("jo").save()
    device.context.clear_cookies()
    case.sign_in(device.context, "sam")
    device.anew().save()
    logins_run_out(case)
    device.let_it_go().is_empty()
    who = {saved.facts["delivered_by"] for saved in case.saved}
    assert len(who) == 2, "both under one name"


@case("The login runs out while records wait")
def login_ran_out(case):
    """Nobody is signed in when the tablet sends, and nobody has to."""
    device = case.device().save().save_many(2)
    logins_run_out(case)
    device.anew()
    device.let_it_go().is_empty(nudging=False)


@case("A worker leaves before the records are sent")
def worker_left(case):
    """Robin's account is closed with a record on the tablet. It was made before that, so it counts."""
    from vein_care.accounts.models import User

    device = case.device("robin").save().save_many(1)
    User.objects.filter(login_name="robin").update(is_active=False, deactivated_at=timezone.now())
    try:
        device.let_it_go().is_empty()
    finally:
        User.objects.filter(login_name="robin").update(is_active=True, deactivated_at=None)
    case.kept_for_a_look(0)


@case("Two organisations take turns on one tablet")
def two_organisations(case):
    """Jo and Robin belong to different services and use the same browser in turns. Each record goes with the permission of its own service.

    The device is one tablet in each service, also when Jo is there again.
    """
    from sessions.models import Tablet

    before = Tablet.objects.count()
    device = case.device("jo").save().save_many(2)
    for who in ["robin", "jo"]:
        device.context.clear_cookies()
        case.sign_in(device.context, who)
        device.anew().save().save_many(2)
    device.let_it_go().is_empty()
    assert Tablet.objects.count() == before + 2
    case.kept_for_a_look(0)


@case("Two workers switch by PIN without a network")
def switching(case):
    """Jo and Sam have chosen PINs. Without a network they take turns and save three talks; nobody signs in again, and each has its own name."""
    device = case.device("jo")
    choose_pin(device, JO)
    device.context.clear_cookies()
    case.sign_in(device.context, "sam")
    device.anew()
    choose_pin(device, SAM)
    device.context.set_offline(True)
    device.save_talk()
    switch(device, "JM", JO)
    device.save_talk()
    switch(device, "SR", SAM)
    device.save()
    logins_run_out(case)
    device.let_it_go()
    device.context.set_offline(False)
    device.network_is_back().is_empty()
    names = [saved.facts["delivered_by"] for saved in case.saved]
    assert names[0] == names[2] != names[1]
    case.kept_for_a_look(0)


@case("Sign-out with unsent records")
def signed_out(case):
    """Sam signs out on the tablet with two records on it. Name and ticket leave it, the records stay and go."""
    device = case.device("sam").save_many(1)
    with case.network.doing(answer(503)):
        device.save()
        sign_out(device)
        device.let_it_go().has_tried()
    assert device.count() == 2
    device.anew().is_empty(nudging=False)


@case("Sign-out without a network")
def signed_out_offline(case):
    """The same while there is no network: the server hears of the sign-out later, and takes in the records all the same."""
    device = case.device("jo").can_seal()
    device.context.set_offline(True)
    device.save()
    sign_out(device)
    device.let_it_go().has_tried()
    device.context.set_offline(False)
    device.pass_time(20)
    device.network_is_back().is_empty(nudging=False)
    case.kept_for_a_look(0)


def choose_pin(device, pin):
    hands = device.hands
    hands.touch(device.page.get_by_role("button", name="Choose a PIN, to begin without a connection"))
    for title in ["Choose a PIN", "Once more, to be sure"]:
        expect(device.page.get_by_role("dialog", name=title)).to_be_visible()
        device.page.keyboard.type(pin)
    expect(device.page.get_by_role("status").filter(has_text="From now on your PIN works on this tablet.")).to_have_count(1)


def switch(device, initials, pin):
    device.go_home()
    hands = device.hands
    hands.tap("Menu")
    hands.touch(device.page.get_by_role("button", name="Switch worker"))
    hands.touch(device.page.get_by_role("button", name=initials, exact=True).locator("visible=true"))
    expect(device.page.get_by_role("dialog", name=f"{initials}: your PIN")).to_be_visible()
    device.page.keyboard.type(pin)
    hands.sees(f"{initials} delivering · change")


def sign_out(device):
    device.go_home()
    device.hands.tap("Menu")
    device.hands.touch(device.page.get_by_role("dialog").get_by_role("button", name="Sign out"))
    expect(device.page.locator("#who")).to_be_hidden()
