"""Lanes (通道): lists of cases read in the order of their clocks, a page at a time, from stretches of indexes.

A list is the union of lanes. Each lane is a stretch of one index that is in order already (a unit's desk, a state of a
matter), so that a page costs its own length and not the list's, wherever in the list it stands. Cases without a due
instant come last, by age. Knows SQL; knows nothing of people and matters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection, transaction

from bihuan.kernel.cases.models import Case

# The planner cannot know how soon a walk finds enough; it is kept from gathering and sorting the whole list instead.
IN_ORDER = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off"
)
Given = str | int | datetime | list[str] | None  # an argument of a query
CAP = 1000  # lists are counted exactly up to here, beyond it they are "1000+"


@dataclass(frozen=True)
class Key:
    """The place of a case in a list."""

    due: datetime | None
    pk: int

    @property
    def place(self) -> tuple[bool, datetime | int, int]:
        """What places are compared by: those without due instant come last."""
        return (self.due is None, self.due or 0, self.pk)


@dataclass(frozen=True)
class Where:
    """A condition in SQL and its arguments."""

    sql: str
    given: tuple[Given, ...] = ()


@dataclass(frozen=True)
class Span:
    """A stretch of time that the due instants lie in: from `low` on, before `high`; `undated` adds those without."""

    low: datetime | None = None
    high: datetime | None = None
    undated: bool = True


ALWAYS = Span()


@dataclass(frozen=True)
class Lane:
    """Rows of one table in the order of their due instants; `each` names arrays that spread it into many lanes.

    `rows` are conditions on the table itself, the ones that its index serves; `sift` are conditions on the case `c`
    that are tried on each row in turn.
    """

    table: str
    pk: str
    due: str
    rows: tuple[Where, ...] = ()
    sift: tuple[Where, ...] = ()
    each: Mapping[str, Sequence[str]] = field(default_factory=dict)
    undated: "Lane | None" = None  # where to read those without due instant, if not here

    def also(self, *conditions: Where) -> "Lane":
        """The same lane with more to try on each row."""
        undated = self.undated.also(*conditions) if self.undated else None
        return replace(self, sift=(*self.sift, *conditions), undated=undated)

    def read(self, places: Sequence[Where], limit: int, reach: int = 0) -> Where:
        """SQL for up to `limit` rows of each lane in order, looking at no more than `reach` rows in all where one is given."""
        inner = [*self.rows, *places]
        bound = f" LIMIT {-(-reach // self.many)}" if reach else ""
        order = f"ORDER BY {self.due}, {self.pk}"
        of_cases = self.table.startswith("cases_case ")
        columns = "c.*" if of_cases else f"{self.pk} AS id, {self.due} AS due"
        sql = f"SELECT {columns} FROM {self.table} {_where(inner)} {order}"
        if of_cases:
            sql = f"SELECT c.id, c.next_due_at AS due FROM ({sql}{bound}) c {_where(self.sift)} {order}"
        elif self.sift:
            # LIMIT 1 keeps the planner from reading the whole table of cases for a join.
            case = "(SELECT * FROM cases_case k WHERE k.id = l.id LIMIT 1)"
            sql = (
                f"SELECT l.id, l.due FROM ({sql}{bound}) l CROSS JOIN LATERAL {case} c"
                f" {_where(self.sift)} ORDER BY l.due, l.id"
            )
        sql = f"({sql} LIMIT {limit})"
        given = [value for condition in (*inner, *self.sift) for value in condition.given]
        if self.each:
            arrays = ", ".join("%s::text[]" for _ in self.each)
            names = ", ".join(self.each)
            sql = f"(SELECT x.* FROM unnest({arrays}) AS e({names}) CROSS JOIN LATERAL {sql} x)"
            given = [*map(list, self.each.values()), *given]
        return Where(sql, tuple(given))

    @property
    def many(self) -> int:
        """How many lanes it stands for."""
        return max((len(values) for values in self.each.values()), default=1) or 1


def desk_lane(units: Sequence[str]) -> Lane:
    """The desks of units."""
    return Lane(
        "cases_casedesk d",
        "d.case_id",
        "d.due_at",
        (Where("d.unit = e.unit"),),
        each={"unit": units},
    )


def page_of(lanes: Sequence[Lane], span: Span, after: Key | None, limit: int) -> list[Key]:
    """The first places after a place, in order."""
    found: list[Key] = []
    if after is None or after.due is not None:
        found = read_all(lanes, _dated(lanes, span, after), limit)
    if span.undated and len(found) < limit:
        start = after.pk if after is not None and after.due is None else 0
        rest = [lane.undated or lane for lane in lanes]
        found += read_all(rest, _undated(rest, start), limit - len(found))
    return found


def sample_of(lanes: Sequence[Lane], span: Span, limit: int, reach: int) -> list[Key]:
    """Some places, at most `limit`, found by looking at no more than `reach` rows in each half of a list."""
    found = read_all(lanes, _dated(lanes, span, None), limit, reach)
    if span.undated and len(found) < limit:
        rest = [lane.undated or lane for lane in lanes]
        found += read_all(rest, _undated(rest, 0), limit - len(found), reach)
    return found


def counts_of(lanes: Sequence[Lane], spans: Sequence[Span]) -> list[int]:
    """How many cases stand in each span, CAP + 1 for more than CAP; one query."""
    counts = [_count(lanes, span) for span in spans]
    with connection.cursor() as cursor:
        given = [value for count in counts for value in count.given]
        cursor.execute(f"SELECT {', '.join(count.sql for count in counts)}", given)
        return list(cursor.fetchone() or ())


def _count(lanes: Sequence[Lane], span: Span) -> Where:
    limit = CAP + 1
    parts = [
        lane.read(where, limit)
        for lane, where in zip(lanes, _dated(lanes, span, None), strict=True)
    ]
    if span.undated:
        rest = [lane.undated or lane for lane in lanes]
        parts += [
            lane.read(where, limit) for lane, where in zip(rest, _undated(rest, 0), strict=True)
        ]
    if not parts:
        return Where("0")
    union = " UNION ALL ".join(part.sql for part in parts)
    sql = f"(SELECT count(*) FROM (SELECT DISTINCT id FROM ({union}) u LIMIT {limit}) v)"
    return Where(sql, tuple(value for part in parts for value in part.given))


def read_all(
    lanes: Sequence[Lane], places: Sequence[Sequence[Where]], limit: int, reach: int = 0
) -> list[Key]:
    """The first places of several lanes together, each case once."""
    parts = [lane.read(where, limit, reach) for lane, where in zip(lanes, places, strict=True)]
    if not parts:
        return []
    union = " UNION ALL ".join(part.sql for part in parts)
    sql = f"SELECT DISTINCT due, id FROM ({union}) u ORDER BY due, id LIMIT {limit}"
    given = [value for part in parts for value in part.given]
    if not any(lane.sift for lane in lanes):
        return keys_of(sql, given)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(IN_ORDER)
        return keys_of(sql, given)


def keys_of(sql: str, given: Iterable[Given]) -> list[Key]:
    """The places that a query of due and id gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return [Key(due, pk) for due, pk in cursor.fetchall()]


def cases_at(keys: Sequence[Key], *, with_data: bool = False) -> list[Case]:
    """The cases at these places, in this order; without their forms where those are not asked for."""
    rows = Case.objects.all() if with_data else Case.objects.defer("data")
    found = rows.in_bulk([key.pk for key in keys])
    return [found[key.pk] for key in keys if key.pk in found]


def _dated(lanes: Sequence[Lane], span: Span, after: Key | None) -> list[list[Where]]:
    found = []
    for lane in lanes:
        places = [Where(f"{lane.due} IS NOT NULL")]
        if span.low is not None:
            places.append(Where(f"{lane.due} >= %s", (span.low,)))
        if span.high is not None:
            places.append(Where(f"{lane.due} < %s", (span.high,)))
        if after is not None:
            # Said so that the index begins at the place instead of stepping over all before it.
            places.append(Where(f"{lane.due} >= %s", (after.due,)))
            places.append(Where(f"({lane.due} > %s OR {lane.pk} > %s)", (after.due, after.pk)))
        found.append(places)
    return found


def _undated(lanes: Sequence[Lane], start: int) -> list[list[Where]]:
    return [[Where(f"{lane.due} IS NULL"), Where(f"{lane.pk} > %s", (start,))] for lane in lanes]


def _where(conditions: Sequence[Where]) -> str:
    return f"WHERE {' AND '.join(c.sql for c in conditions)}" if conditions else ""
