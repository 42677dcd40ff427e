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
class Waiting:
    """Everything that waits for somebody, soonest due first."""

    lanes: tuple[Lane, ...]

    def page(self, span: Span, after: Key | None, limit: int) -> list[Key]:
        """The first places of a span after a place."""
        return page_of(self.lanes, span, after, limit)

    def counts(self, spans: Sequence[Span]) -> list[int]:
        """How many wait in each span, CAP + 1 for more than CAP; one query."""
        return counts_of(self.lanes, spans)


def waiting_of(actings: Sequence[Acting]) -> Waiting:
    """What waits for a person in any of their posts."""
    return Waiting(tuple(lane for acting in actings for lane in _lanes(acting)))


def _lanes(acting: Acting) -> Iterable[Lane]:
    roles = sorted(acting.roles)
    for_me = (
        Where("NOT (d.waits = '{}'::varchar(40)[])"),  # as the index says it
        Where("d.waits && %s::varchar[]", (roles,)),
    )
    if above := units_above(acting):
        yield _with_rows(desk_lane(above), for_me)
    if sealed := sealed_above(acting):
        open_to_me = Where(NOT_HIDDEN, (_hiding(), list(barred_units([acting]))))
        yield _with_rows(desk_lane(sealed), (*for_me, open_to_me))
    sight = sight_of([acting])
    if sight.everything:
        yield _with_rows(desk_lane(ANYWHERE), for_me)
    elif sight.units:
        yield _with_rows(desk_lane(ANYWHERE), (*for_me, _seen(sight)))


def _hiding() -> list[str]:
    """The fields whose units a sealed matter is hidden from."""
    return sorted({name for matter in sealed_matters().values() for name in matter.hides_from})


def _with_rows(lane: Lane, conditions: tuple[Where, ...]) -> Lane:
    return replace(lane, rows=(*lane.rows, *conditions))


def _seen(sight: Sight) -> Where:
    return Where(
        "EXISTS (SELECT 1 FROM cases_casedesk o WHERE o.case_id = d.case_id AND o.unit = ANY(%s))",
        (list(sight.units),),
    )
