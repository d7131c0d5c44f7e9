"""How a device names the person whose things wait on it, without saying who that is."""

from django.conf import settings
from django.utils.crypto import salted_hmac

PURPOSE = "vein_care.accounts.device"


def device_keys(person):
    """Keys of this person, the current one first; the others belong to earlier secrets of the service (SECRET_KEY_FALLBACKS).

    Opaque: nobody without the secret can tell whose it is. It opens nothing.
    """
    return [_key(person, secret) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]


def device_key(person):
    return _key(person, settings.SECRET_KEY)


def _key(person, secret):
    return salted_hmac(PURPOSE, str(person.pk), secret=secret, algorithm="sha256").hexdigest()[:16]
