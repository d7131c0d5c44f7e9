"""Single-use tokens: 256 random bits that the person holds, and their SHA-256, which is all that is kept."""

import hashlib
import secrets


def new_token():
    return secrets.token_urlsafe(32)


def hash_of(token):
    return hashlib.sha256(token.encode()).digest()
