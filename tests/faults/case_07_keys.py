"""Keys that change or are not there"""

import io
import json

from joserfc.util import urlsafe_b64decode

from tests.faults.cases import case
from tests.faults.network import answer


@case("Keys rotated with records unsent")
def rotated(case):
    """A new key is made while records sealed to the old one wait. Both kinds are opened, and what is saved from now on has the new key."""
    from django.core.management import call_command

    from sessions import sealing

    device = case.device().save()
    old = keys_of(device)
    device.page.close()
    with case.network.doing(answer(503)):
        call_command("rotate_sealing_key", yes=True, stdout=io.StringIO())
        device.open().save_many(2)
        assert keys_of(device) == {*old, sealing.newest_kid()}
        device.let_it_go().has_tried()
    device.is_empty()


@case("The key of a record is not known")
def unknown(case):
    """The server was set up anew, and an older key was not brought along. The records need attention, stay, and go once it is."""
    from sessions import sealing

    device = case.device().save()
    [old] = keys_of(device)
    sealing.make_key()
    with case.world.without_key(old):
        device.let_it_go().waits_for_attention()
    device.try_again().is_empty()


def keys_of(device):
    """Which keys the records on a tablet are sealed to."""
    heads = [entry["sealed"].partition(".")[0] for entry in device.outbox()]
    return {json.loads(urlsafe_b64decode(head.encode()))["kid"] for head in heads}
