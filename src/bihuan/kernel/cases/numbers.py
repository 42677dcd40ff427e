"""Numbers of cases (编号): prefix, year, and a series without gaps.

The series' row is locked until the transaction ends, so that the openings of a series follow one another. To hold it
for one statement only, an opening offers the numbers that may come next with everything that depends on them, and the
statement takes the one that does (`write.write_opening`); where others were faster it offers more.
"""

from collections.abc import Sequence
from datetime import datetime

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.statement import run

TAKE = (
    "INSERT INTO cases_counter AS c (series, last) VALUES (%s, %s) "
    "ON CONFLICT (series) DO UPDATE SET last = c.last + excluded.last RETURNING last"
)
FIRST = "INSERT INTO cases_counter (series, last) VALUES (%s, 0) ON CONFLICT DO NOTHING"
LAST = "SELECT last FROM cases_counter WHERE series = %s"
WIDEST = 128


def series_of(prefix: str, now: datetime) -> str:
    """The series that a number of this instant belongs to: `RW2023-`."""
    return f"{prefix}{now.astimezone(work_calendar().zone).year}-"


def numbered(series: str, place: int) -> str:
    """The number at a place of a series: `RW2023-00017`."""
    return f"{series}{place:05d}"


def next_numbers(prefix: str, now: datetime, count: int) -> list[str]:
    """So many numbers in a row, taken at once."""
    series = series_of(prefix, now)
    [(last,)] = run(TAKE, [series, count])
    return [numbered(series, place) for place in range(last - count + 1, last + 1)]


class Offer:
    """The places that may come next in a series; more of them each time it was wrong."""

    def __init__(self, series: str, last: int | None, width: int = 4) -> None:
        self.series = series
        self.last = last
        self.width = width

    def places(self) -> Sequence[int]:
        """The next places as far as we know."""
        if self.last is None:
            self._look()
        return range((self.last or 0) + 1, (self.last or 0) + 1 + self.width)

    def was_wrong(self) -> None:
        """Others were faster: look again, and offer more."""
        self.width = min(WIDEST, self.width * 4)
        self._look()

    def _look(self) -> None:
        rows = run(LAST, [self.series])
        if not rows:
            run(FIRST, [self.series])
        self.last = rows[0][0] if rows else 0
