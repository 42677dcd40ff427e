"""How events are chained: canonical bytes and their digest. Pure; the database is elsewhere.

Canonical form: JSON with sorted keys, no spaces, UTF-8, no floating-point numbers (numbers with a
fraction are strings). Digest: SM3 (GB/T 32905) or SHA-256, chosen by the city and named in the hash input.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
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
_TEXT = json.encoder.encode_basestring
_LEAVES = frozenset({str, int, bool, type(None)})


def digest(algorithm: Algorithm, data: bytes) -> str:
    """Hexadecimal digest, 64 characters with either algorithm."""
    if algorithm == "sha256":
        return hashlib.sha256(data).hexdigest()
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(data)
    return hasher.finalize().hex()


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


def heads_root(algorithm: Algorithm, heads: Iterable[tuple[str, str]]) -> str:
    """Digest over (stream, head hash) pairs in the order of the streams."""
    return digest(algorithm, canonical([list(pair) for pair in sorted(heads)]))


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
