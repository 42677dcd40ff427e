"""Where ids, nonces and keys of personal values come from: the operating system, or a seeded source in a simulation."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Source = Callable[[int], bytes]  # a number of bytes → so many bytes
_sources: list[Source] = [secrets.token_bytes]


def random_bytes(count: int) -> bytes:
    """So many bytes from the present source."""
    return _sources[-1](count)


@contextmanager
def drawn_from(source: Source) -> Iterator[None]:
    """Draw from another source inside the block, such as `random.Random(seed).randbytes`. Never for real data."""
    _sources.append(source)
    try:
        yield
    finally:
        _sources.pop()
