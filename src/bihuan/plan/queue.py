"""The review queue of a report (校核队列): what waits, what comes before and after, how far it is. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import NoSuchCase
from bihuan.plan.reading import commitments_of

WAITING = "to_review"
PASSED_ON = ("split", "merged")  # they live on in other commitments and are not counted twice


@dataclass(frozen=True)
class Queue:
    """The commitments of a report in the order of the text, and the one that is looked at."""

    rows: tuple[Case, ...]
    here: Case | None

    @property
    def waiting(self) -> tuple[Case, ...]:
        """Those that nobody decided on yet."""
        return tuple(row for row in self.rows if row.state == WAITING)

    @property
    def done(self) -> int:
        """How many are decided."""
        return len(self.rows) - len(self.waiting)

    @property
    def before(self) -> Case | None:
        """The one before in the text."""
        at = self._at()
        return self.rows[at - 1] if at > 0 else None

    @property
    def after(self) -> Case | None:
        """The one after in the text."""
        at = self._at()
        return self.rows[at + 1] if 0 <= at < len(self.rows) - 1 else None

    @property
    def next_waiting(self) -> Case | None:
        """The next one that waits: after this place in the text, else from the beginning."""
        at = self._at()
        later = [row for row in self.rows[at + 1 :] if row.state == WAITING]
        return next(iter([*later, *(row for row in self.waiting if row != self.here)]), None)

    def same_section(self) -> tuple[Case, ...]:
        """What waits in the section of the one looked at."""
        section = self.here.data.get("section") if self.here else None
        return tuple(row for row in self.waiting if row.data.get("section") == section)

    def of_kind(self, kind: str) -> tuple[Case, ...]:
        """What waits and has a kind."""
        return tuple(row for row in self.waiting if row.data.get("kind") == kind)

    def others(self) -> tuple[Case, ...]:
        """What the one looked at can be merged into: same section first."""
        if self.here is None:
            return ()
        open_ = [r for r in self.rows if r.pk != self.here.pk and r.state in (WAITING, "confirmed")]
        section = self.here.data.get("section")
        return tuple(sorted(open_, key=lambda row: row.data.get("section") != section))

    def _at(self) -> int:
        return self.rows.index(self.here) if self.here in self.rows else -1


def queue_of(report: Case, number: str = "") -> Queue:
    """The queue, looking at a commitment or at the first that waits; NoSuchCase for a stranger's number."""
    everything = list(commitments_of(report))
    rows = tuple(row for row in everything if row.state not in PASSED_ON)
    here: Case | None = next((row for row in rows if row.state == WAITING), None)
    if number:
        here = next((row for row in everything if row.number == number), None)
        if here is None:
            raise NoSuchCase(number)
    return Queue(rows, here)


def pieces(text: str) -> Sequence[tuple[int, str]]:
    """A clause cut at its punctuation: (offset, words with their mark); where a split may be made."""
    found: list[tuple[int, str]] = []
    start = 0
    for at, letter in enumerate(text, 1):
        if letter in "，,。；;、：:" and at < len(text):
            found.append((start, text[start:at]))
            start = at
    found.append((start, text[start:]))
    return found
