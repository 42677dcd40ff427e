"""How events are chained: canonical bytes and their digest. Pure; the database is elsewhere.

Canonical form: JSON with sorted keys, no spaces, UTF-8, no floating-point numbers (numbers with a
fraction are strings). Digest: SM3 (GB/T 32905) or SHA-256, chosen by the city and named in the hash input.
"""

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


def digest(algorithm: Algorithm, data: bytes) -> str:
    """Hexadecimal digest, 64 characters with either algorithm."""
    chosen: hashes.HashAlgorithm = hashes.SM3() if algorithm == "sm3" else hashes.SHA256()
    hasher = hashes.Hash(chosen)
    hasher.update(data)
    return hasher.finalize().hex()


def canonical(value: object) -> bytes:
    """The one byte form of a JSON value; raises TypeError for floats and anything not JSON."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_hash(algorithm: Algorithm, event: Mapping[str, object]) -> str:
    """Digest of one event's columns (all of HASHED) including its predecessor's hash."""
    content = {name: event[name] for name in HASHED}
    at = content["at"]
    if isinstance(at, datetime):
        content["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return digest(algorithm, canonical([algorithm, content]))


def heads_root(algorithm: Algorithm, heads: Iterable[tuple[str, str]]) -> str:
    """Digest over (stream, head hash) pairs in the order of the streams."""
    return digest(algorithm, canonical([list(pair) for pair in sorted(heads)]))


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("floating-point numbers have no single byte form: use a string")
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
