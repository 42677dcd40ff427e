"""The Merkle tree over all heads of the ledger, in the shape of RFC 6962: root, inclusion path, its check. Pure.

Leaf: H(0x00 ‖ stream ‖ 0x1f ‖ seq ‖ 0x1f ‖ head), all as UTF-8 text; node: H(0x01 ‖ left ‖ right), raw bytes.
The leaves stand in the code-point order of their streams. An empty tree has the root H of nothing.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bihuan.kernel.ledger.chain import Algorithm, raw_digest


class Head(NamedTuple):
    """Where a stream stands: its last event's number and hash."""

    stream: str
    seq: int
    hash: str


def leaf(algorithm: Algorithm, head: Head) -> bytes:
    """The hash of one head as a leaf."""
    text = f"{head.stream}\x1f{head.seq}\x1f{head.hash}"
    return raw_digest(algorithm, b"\x00" + text.encode())


def node(algorithm: Algorithm, left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return raw_digest(algorithm, b"\x01" + left + right)


def root_of(algorithm: Algorithm, leaves: Iterable[bytes]) -> tuple[bytes, int]:
    """(Root, number of leaves) in one pass, holding one hash a level."""
    peaks: list[tuple[int, bytes]] = []  # (height, hash), heights falling
    count = 0
    for entry in leaves:
        count += 1
        height, top = 0, entry
        while peaks and peaks[-1][0] == height:
            top = node(algorithm, peaks.pop()[1], top)
            height += 1
        peaks.append((height, top))
    if not peaks:
        return raw_digest(algorithm, b""), 0
    _, root = peaks.pop()
    while peaks:
        root = node(algorithm, peaks.pop()[1], root)
    return root, count


def path_of(algorithm: Algorithm, leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes of the siblings from leaf `index` up to the root."""
    path: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        if (sibling := index ^ 1) < len(level):
            path.append(level[sibling])
        paired = [node(algorithm, level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = [*paired, *level[len(level) - len(level) % 2 :]]
        index //= 2
    return path


def root_from(
    algorithm: Algorithm, entry: bytes, index: int, count: int, path: Sequence[bytes]
) -> bytes | None:
    """The root that a leaf and its path lead to; None where the path does not fit a tree of `count` leaves."""
    top, last, rest = entry, count - 1, list(path)
    if not 0 <= index <= last:
        return None
    while last > 0:
        if index % 2 or index < last:
            if not rest:
                return None
            sibling = rest.pop(0)
            left, right = (sibling, top) if index % 2 else (top, sibling)
            top = node(algorithm, left, right)
        index, last = index // 2, last // 2
    return None if rest else top
