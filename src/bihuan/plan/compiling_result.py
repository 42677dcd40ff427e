"""A whole compilation as bytes for a row, and back: compressed JSON, never code."""

import zlib

from pydantic import TypeAdapter

from bihuan.compiler import Compilation

_ADAPTER = TypeAdapter(Compilation)
MOST = 512 * 1024 * 1024  # a result that unpacks to more was not written by us


def packed(compilation: Compilation) -> bytes:
    """The bytes that `unpacked` reads."""
    return zlib.compress(_ADAPTER.dump_json(compilation), 6)


def unpacked(data: bytes | memoryview) -> Compilation:
    """The compilation in bytes that `packed` wrote."""
    return _ADAPTER.validate_json(zlib.decompressobj().decompress(bytes(data), MOST))
