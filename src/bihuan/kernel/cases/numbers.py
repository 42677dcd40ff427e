"""Numbers of cases (编号): prefix, year, and a series without gaps."""

from datetime import datetime

from django.db import connection

from bihuan.kernel.cases.city import work_calendar


def next_number(prefix: str, now: datetime) -> str:
    """The next number such as RW2023-00017; the series' row is locked until the transaction ends."""
    year = now.astimezone(work_calendar().zone).year
    series = f"{prefix}{year}-"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_counter (series, last) VALUES (%s, 1) "
            "ON CONFLICT (series) DO UPDATE SET last = cases_counter.last + 1 RETURNING last",
            [series],
        )
        last = cursor.fetchone()[0]
    return f"{series}{last:05d}"
