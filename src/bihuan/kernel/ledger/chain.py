"""How events are chained: canonical bytes and their digest. Pure; the database is elsewhere.

Canonical form: JSON with sorted keys, no spaces, UTF-8, no floating-point numbers (numbers with a
fraction are strings). Digest: SM3 (GB/T 32905) or SHA-256, chosen by the city and named in the hash input.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from cryptography.hazmat.primitives import hashes

Algorithm = Literal["sm3", "sha256"]
GENESIS = ""
HASHED = (
    "stream", "seq", "at", "action", "person", "person_name", "post", "unit",
    "matter", "version", "definition", "content", "prev",
)  # fmt: skip
IN_ORDER = tuple(sorted(HASHED))
MARK = "\x7f"  # stands for the stream; nothing behind it in the order of the columns is free text
_TEXT = json.encoder.encode_basestring
_LEAVES = frozenset({str, int, bool, type(None)})


def digest(algorithm: Algorithm, data: bytes) -> str:
    """Hexadecimal digest, 64 characters with either algorithm."""
    return raw_digest(algorithm, data).hex()


def raw_digest(algorithm: Algorithm, data: bytes) -> bytes:
    """The same digest as 32 bytes."""
    if algorithm == "sha256":
        return hashlib.sha256(data).digest()
    if _SM3 is not None:
        hasher = _SM3.copy()
        hasher.update(data)
        return hasher.digest()
    slower = hashes.Hash(hashes.SM3())
    slower.update(data)
    return slower.finalize()


def _sm3() -> "hashlib._Hash | None":
    """A fresh SM3 to copy from, where this Python's OpenSSL has it; a copy costs half of a new one."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return None


_SM3 = _sm3()


def canonical(value: object) -> bytes:
    """The one byte form of a JSON value; raises TypeError for floats and anything not JSON."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_text(algorithm: Algorithm, event: Mapping[str, object]) -> bytes:
    """What is hashed: the canonical form of [algorithm, {every column of HASHED, the body as `content`}].

    Assembled from the parts, because the body is canonical already; equal to `canonical` of the whole.
    """
    at = event["at"]
    instant = (
        at.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(at, datetime) else at
    )
    columns = {**event, "at": instant}
    parts = [
        f'"content":{event["body"]}' if name == "content" else f'"{name}":{_plain(columns[name])}'
        for name in IN_ORDER
    ]
    return f'["{algorithm}",{{{",".join(parts)}}}]'.encode()


def _plain(value: object) -> str:
    if isinstance(value, str):
        return _TEXT(value)
    return "null" if value is None else str(value)


def event_hash(algorithm: Algorithm, event: Mapping[str, object]) -> str:
    """Digest of one event's columns (all of HASHED) including its predecessor's hash."""
    return digest(algorithm, event_text(algorithm, event))


def hashes_in(
    algorithm: Algorithm, event: Mapping[str, object], streams: Sequence[str]
) -> list[str]:
    """Digests of one event as it would be in each of several streams: what they share is digested once."""
    before, after = event_text(algorithm, {**event, "stream": MARK}).rsplit(MARK.encode(), 1)
    chosen = hashes.SM3() if algorithm == "sm3" else hashes.SHA256()
    shared = hashes.Hash(chosen)
    shared.update(before)
    found: list[str] = []
    for stream in streams:
        hasher = shared.copy()
        hasher.update(_TEXT(stream)[1:-1].encode() + after)
        found.append(hasher.finalize().hex())
    return found


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("floating-point numbers have no single byte form: use a string")
    items: Iterable[object] = ()
    if isinstance(value, dict):
        items = value.values()
    elif isinstance(value, list | tuple):
        items = value
    for item in items:
        if type(item) not in _LEAVES:
            _refuse_floats(item)
