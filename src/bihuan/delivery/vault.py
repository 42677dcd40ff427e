"""Secrets of web hooks: made here, kept encrypted under a key derived from the installation's own."""

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PREFIX = "whsec_"  # as Standard Webhooks writes secrets
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret in the form that Standard Webhooks libraries take."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def secret_bytes(secret: str) -> bytes:
    """What signs: the decoded part after the prefix."""
    return base64.b64decode(secret.removeprefix(PREFIX))


def seal_secret(secret: str) -> bytes:
    """Encrypt a secret for the database."""
    return _fernet().encrypt(secret.encode())


def open_secret(sealed: bytes) -> str | None:
    """The secret again; None when it was sealed under another installation's key."""
    try:
        return _fernet().decrypt(sealed).decode()
    except InvalidToken:
        return None


def _fernet() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"bihuan.delivery.subscription")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
