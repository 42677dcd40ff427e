"""What waits for a person (待办): read from the desks of their units, a page and a count at a time. Writes nothing.

A case waits for a post where its present state's primary action is granted to one of the post's roles: in the unit of a
party, for posts of that unit and of those below it; or wherever they sit, for those who may see the case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bihuan.kernel.cases.city import sealed_matters
from bihuan.kernel.cases.lanes import (
    Key,
    Lane,
    Span,
    Where,
    counts_of,
    desk_lane,
    page_of,
)
from bihuan.kernel.cases.queries import (
    Sight,
    barred_units,
    sealed_above,
    sight_of,
    units_above,
)
from bihuan.kernel.orgs.acting import Acting

NOT_HIDDEN = (
    "NOT EXISTS (SELECT 1 FROM cases_caseparty p"
    " WHERE p.case_id = d.case_id AND p.field = ANY(%s) AND p.unit_id = ANY(%s))"
)
ANYWHERE = ("",)  # the desk of cases that wait for a role wherever it sits


@dataclass(frozen=True)
class Lying:
    """Desks of units and what a row on them must say to wait for somebody."""

    units: tuple[str, ...]
    rows: tuple[Where, ...]

    @property
    def lane(self) -> Lane:
        """The rows in order of their due instants."""
        lane = desk_lane(self.units)
        return replace(lane, rows=(*lane.rows, *self.rows))

    @property
    def holds(self) -> Where:
        """That a case `c` lies there."""
        sql = " AND ".join(("d.case_id = c.id", "d.unit = ANY(%s)", *(w.sql for w in self.rows)))
        given = [value for where in self.rows for value in where.given]
        return Where(
            f"EXISTS (SELECT 1 FROM cases_casedesk d WHERE {sql})", (list(self.units), *given)
        )


@dataclass(frozen=True)
class Waiting:
    """Everything that waits for somebody, soonest due first."""

    lying: tuple[Lying, ...]

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """What it is read from."""
        return tuple(one.lane for one in self.lying)

    @property
    def holds(self) -> Where:
        """That a case `c` waits."""
        holds = [one.holds for one in self.lying] or [Where("false")]
        given = tuple(value for one in holds for value in one.given)
        return Where(f"({' OR '.join(one.sql for one in holds)})", given)

    def page(self, span: Span, after: Key | None, limit: int) -> list[Key]:
        """The first places of a span after a place."""
        return page_of(self.lanes, span, after, limit)

    def counts(self, spans: Sequence[Span]) -> list[int]:
        """How many wait in each span, CAP + 1 for more than CAP; one query."""
        return counts_of(self.lanes, spans)


def waiting_of(actings: Sequence[Acting]) -> Waiting:
    """What waits for a person in any of their posts."""
    return Waiting(tuple(one for acting in actings for one in _lying(acting)))


def _lying(acting: Acting) -> Iterable[Lying]:
    roles = sorted(acting.roles)
    for_me = (
        Where("NOT (d.waits = '{}'::varchar(40)[])"),  # as the index says it
        Where("d.waits && %s::varchar[]", (roles,)),
    )
    if above := units_above(acting):
        yield Lying(tuple(above), for_me)
    if sealed := sealed_above(acting):
        open_to_me = Where(NOT_HIDDEN, (_hiding(), list(barred_units([acting]))))
        yield Lying(tuple(sealed), (*for_me, open_to_me))
    sight = sight_of([acting])
    if sight.everything:
        yield Lying(ANYWHERE, for_me)
    elif sight.units:
        yield Lying(ANYWHERE, (*for_me, _seen(sight)))


def _hiding() -> list[str]:
    """The fields whose units a sealed matter is hidden from."""
    return sorted({name for matter in sealed_matters().values() for name in matter.hides_from})


def _seen(sight: Sight) -> Where:
    return Where(
        "EXISTS (SELECT 1 FROM cases_casedesk o WHERE o.case_id = d.case_id AND o.unit = ANY(%s))",
        (list(sight.units),),
    )
