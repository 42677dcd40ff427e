"""Numbers of cases (编号): prefix, year, and a series without gaps."""

from datetime import datetime

from bihuan.kernel.cases.city import work_calendar
from bihuan.kernel.cases.statement import run

NEXT = (
    "INSERT INTO cases_counter AS c (series, last) VALUES (%s, %s) "
    "ON CONFLICT (series) DO UPDATE SET last = c.last + excluded.last RETURNING last"
)


def next_number(prefix: str, now: datetime) -> str:
    """The next number such as RW2023-00017; the series' row is locked until the transaction ends."""
    return next_numbers(prefix, now, 1)[0]


def next_numbers(prefix: str, now: datetime, count: int) -> list[str]:
    """So many numbers in a row."""
    series = f"{prefix}{now.astimezone(work_calendar().zone).year}-"
    [(last,)] = run(NEXT, [series, count])
    return [f"{series}{n:05d}" for n in range(last - count + 1, last + 1)]
