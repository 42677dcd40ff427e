"""Sealing a personal value and opening it again: AES-256-GCM under a key of its own. Knows no case and no event."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from bihuan.kernel.matters.fields import FieldDefinition, Json, is_empty
from bihuan.kernel.matters.personal import SEALED, personal_in
from bihuan.kernel.privacy.entropy import random_bytes
from bihuan.kernel.privacy.masks import mask, normal
from bihuan.kernel.privacy.master import keyed_digest, subkey, wrong_key
from bihuan.kernel.privacy.models import PersonalValue

KEY, NONCE, ID = 32, 12, 16  # bytes


class Altered(Exception):
    """The ciphertext is not the one that was sealed here: changed, or exchanged with another."""


def seal_values(
    fields: Mapping[str, FieldDefinition], values: Mapping[str, Json], stream: str, *, now: datetime
) -> tuple[dict[str, Json], list[PersonalValue]]:
    """The values with a reference in place of each personal text, and the rows that the caller inserts."""
    kept = dict(values)
    rows: list[PersonalValue] = []
    for name, kind in personal_in(fields).items():
        value = kept.get(name)
        if isinstance(value, str) and not is_empty(value):
            row = seal_one(stream, name, kind, value, now)
            rows.append(row)
            kept[name] = {SEALED: row.id, "tag": row.tag}
    return kept, rows


def seal_one(stream: str, field: str, kind: str, value: str, now: datetime) -> PersonalValue:
    """One value as a row that is not saved yet."""
    row = PersonalValue(
        id=random_bytes(ID).hex(), stream=stream, field=field, kind=kind, sealed_at=now,
        mask=mask(kind, value), lookup=lookup_of(kind, value),
    )  # fmt: skip
    key = random_bytes(KEY)
    row.key = aes_key_wrap(subkey("wrap"), key)
    row.nonce = random_bytes(NONCE)
    row.ciphertext = AESGCM(key).encrypt(row.nonce, value.encode(), _bound(row))
    row.tag = _tag(key, row, value)
    return row


def open_value(row: PersonalValue) -> str | None:
    """The value; None once it was erased. Raises Altered, and Refusal where the key file is not the right one."""
    if row.erased_at is not None:
        return None
    try:
        key = aes_key_unwrap(subkey("wrap"), bytes(row.key))
    except (InvalidUnwrap, ValueError):
        raise wrong_key() from None
    try:
        value = AESGCM(key).decrypt(bytes(row.nonce), bytes(row.ciphertext), _bound(row)).decode()
    except (InvalidTag, ValueError):
        raise Altered(row.id) from None
    if not hmac.compare_digest(_tag(key, row, value), row.tag):
        raise Altered(row.id)
    return value


def lookup_of(kind: str, value: str) -> str:
    """What values of a kind are found by; equal for two spellings of the same value."""
    return keyed_digest("lookup", f"{kind}\0{normal(kind, value)}".encode())


def _bound(row: PersonalValue) -> bytes:
    """What the ciphertext is bound to: moved to another row it does not open."""
    return "\0".join((row.id, row.stream, row.field, row.kind)).encode()


def _tag(key: bytes, row: PersonalValue, value: str) -> str:
    return hmac.new(key, _bound(row) + b"\0" + value.encode(), hashlib.sha256).hexdigest()
