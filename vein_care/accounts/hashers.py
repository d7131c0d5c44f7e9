"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 46 MiB, one pass, one lane: as strong as OWASP's Password Storage Cheat Sheet asks for.

    Django's own 100 MiB in eight lanes take a quarter of a second of computing for each sign-in, and 800 MiB when eight people sign in at once:
    too much for a small server at the start of a shift. Passwords kept with other values are kept anew at the next sign-in.
    """

    memory_cost = 46 * 1024
    time_cost = 1
    parallelism = 1
