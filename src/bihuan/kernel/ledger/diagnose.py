"""Says which event of one stream is the first bad one, and what was done to it. Pure.

An event is genuine at a place when its hash comes out with that place's number and predecessor. The stream is walked from
its beginning; at the first event that does not fit, what fits there instead is looked for among the others by `prev`.

Where two readings are equally possible, the one that supposes fewer altered rows is named:
- an event re-hashed, and one removed and another put in its place, look alike: `re-hashed`;
- of a re-hashed run of events only its last is sure (its true successor, or the head known from outside, points elsewhere):
  that one is named, and those before it may be altered as well;
- an event whose content and predecessor were both overwritten is `changed`;
- an event left out and the later ones re-hashed as well, up to the head, is a `re-hashed` stream.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bihuan.kernel.ledger.chain import GENESIS, Algorithm, event_hash

Row = Mapping[str, object]
Kind = Literal["changed", "removed", "inserted", "reordered", "re-hashed"]


class Finding(NamedTuple):
    """The number of the first bad event (or of the place where one is missing) and what was done to it."""

    seq: int
    kind: Kind


class Known(NamedTuple):
    """What is known of a stream from outside it: the event with this number had this hash."""

    seq: int
    hash: str


def diagnose(
    algorithm: Algorithm,
    rows: Sequence[Row],
    sealed: Sequence[Known] = (),
    head: Known | None = None,
) -> Finding | None:
    """The first bad event of a stream, or None.

    `rows` hold every hashed column, `body` and `hash`; `sealed` are heads that seals give, `head` is the last event by the
    case's own row: nothing may follow it.
    """
    ordered = sorted(rows, key=_seq)
    inside = _Walk(algorithm, ordered).first()
    outside = _against(ordered, sealed, head)
    found = [finding for finding in (outside, inside) if finding]
    return min(found, key=lambda finding: finding.seq, default=None)


def _against(rows: Sequence[Row], sealed: Sequence[Known], head: Known | None) -> Finding | None:
    """The first place where the stream contradicts what is known from outside."""
    hashes = {_seq(row): row["hash"] for row in rows}
    last = max(hashes, default=0)
    for known in sorted([*sealed, *([head] if head else [])]):
        if known.seq > last:
            return Finding(last + 1, "removed")
        if hashes.get(known.seq) != known.hash:
            return Finding(known.seq, "re-hashed")
    return Finding(head.seq + 1, "inserted") if head and last > head.seq else None


@dataclass
class _Walk:
    """One walk from the beginning of a stream to its first bad event."""

    algorithm: Algorithm
    rows: Sequence[Row]

    def first(self) -> Finding | None:
        head = GENESIS
        for at, row in enumerate(self.rows):
            if _seq(row) != at + 1 or row["prev"] != head or not self._fits(row, at + 1, head):
                return self._named(row, at + 1, head)
            head = str(row["hash"])
        return None

    def _fits(self, row: Row, seq: int, prev: str) -> bool:
        """Whether the row is genuine as event `seq` after `prev`."""
        return event_hash(self.algorithm, {**row, "seq": seq, "prev": prev}) == row["hash"]

    def _named(self, row: Row, place: int, head: str) -> Finding:
        if _seq(row) < place:
            return self._twice(row, place)
        if _seq(row) > place:
            kind: Kind = "reordered" if self._true_one(None, place, head) else "removed"
            return Finding(place, kind)
        if self._true_one(row, place, head):
            moved = self._own_place(row, place) is not None and not self._is_copy(row, place)
            return Finding(place, "reordered" if moved else "inserted")
        if row["prev"] == head:
            return Finding(place, "changed")
        return self._cut_off(row, place)

    def _cut_off(self, row: Row, place: int) -> Finding:
        """The row stands in its place by number, but names another predecessor, and nothing else fits there."""
        own = self._own_place(row, place)
        if own is None:
            return Finding(place, "changed")
        after = self._after(row, place)
        if after is not None:
            return Finding(after, "inserted")  # all that stands between it and its predecessor
        if own > place or place == 1:
            return Finding(place, "removed")
        return Finding(place - 1, "re-hashed")

    def _twice(self, row: Row, place: int) -> Finding:
        """The row has a number that is taken already, or is none."""
        own = self._own_place(row, place)
        if own is not None and own >= place:
            return Finding(own, "reordered")
        return Finding(_seq(row), "inserted")

    def _true_one(self, besides: Row | None, place: int, head: str) -> Row | None:
        """Another row that is the genuine event of this place, whatever number it bears now."""
        for row in self.rows[place - 1 :]:
            if row is not besides and row["prev"] == head and self._fits(row, place, head):
                return row
        return None

    def _own_place(self, row: Row, place: int) -> int | None:
        """The number under which the row is genuine with the predecessor that it names."""
        prev = str(row["prev"])
        return next((n for n in self._places(row, place) if self._fits(row, n, prev)), None)

    def _places(self, row: Row, place: int) -> Iterator[int]:
        yield _seq(row)
        yield place
        yield from range(1, max(len(self.rows), _seq(row), place) + len(self.rows) + 64)

    def _is_copy(self, row: Row, place: int) -> bool:
        """Whether the row repeats an event that stands before it."""
        return any(row["hash"] == before["hash"] for before in self.rows[: place - 1])

    def _after(self, row: Row, place: int) -> int | None:
        """The number after the earlier event that the row names as its predecessor."""
        before = [GENESIS, *(str(before["hash"]) for before in self.rows[: place - 1])]
        named = str(row["prev"])
        return before.index(named) + 1 if named in before else None


def _seq(row: Row) -> int:
    return int(str(row["seq"]))
