"""Events that persons outside are told of (告知): which wait to be spread, and which cases follow the one that moved."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from bihuan.kernel.cases.models import Case, Telling
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json

# Who follows a follower follows too; each once, so that two that name one another come to an end. Only who had been joined
# by the instant of the event: joining ends a case.
FOLLOWING = """
WITH RECURSIVE f(id, number) AS (
    SELECT id, number FROM cases_case WHERE matter = %(matter)s AND state = %(state)s
        AND data->>%(field)s = %(number)s AND ended_at <= %(at)s
    UNION
    SELECT c.id, c.number FROM f JOIN cases_case c
        ON c.matter = %(matter)s AND c.state = %(state)s AND c.data->>%(field)s = f.number
        AND c.ended_at <= %(at)s
)
SELECT id FROM f WHERE id > %(after)s AND number <> %(number)s ORDER BY id LIMIT %(limit)s
"""


def claim_unspread() -> Telling | None:
    """The oldest telling that is not spread yet, locked until the transaction ends."""
    waiting = Telling.objects.filter(spread_at=None).select_related("case").order_by("pk")
    return waiting.select_for_update(skip_locked=True, of=("self",)).first()


def followers_after(case: Case, matter: Matter, at: datetime, after: int, limit: int) -> list[Case]:
    """The next cases that followed this one at an instant, by id; empty where the matter knows no following."""
    if matter.follows is None:
        return []
    asked: dict[str, str | int | datetime] = {
        "matter": matter.key, "state": matter.follows.state, "field": matter.follows.field,
        "number": case.number, "at": at, "after": after, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWING, asked)
        found = [pk for (pk,) in cursor.fetchall()]
    return list(Case.objects.filter(pk__in=found).order_by("pk"))


def may_be_told(matter: Matter, data: dict[str, Json]) -> bool:
    """False where the matter tells nobody outside, or not with these values (匿名的不告知)."""
    outside = matter.outsiders
    return outside is not None and not any(
        data.get(name) in values for name, values in outside.unless.items()
    )


def note_spread(telling: Telling, cases: Sequence[Case], now: datetime, *, is_last: bool) -> None:
    """Remember how far a telling has been spread."""
    telling.upto = cases[-1].pk if cases else telling.upto or 0
    telling.spread_at = now if is_last else None
    telling.save(update_fields=["upto", "spread_at"])
