"""Who acts: a person in one of the posts they hold, or the product itself. Reads only."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from bihuan.kernel.orgs.models import Holding


@dataclass(frozen=True)
class Acting:
    """A person acting in a post (以某岗位身份). `elsewhere` holds the unit paths of all their posts."""

    person: int | None
    name: str
    post: str
    unit: str
    path: str
    roles: frozenset[str]
    post_name: str = ""
    unit_name: str = ""
    elsewhere: tuple[str, ...] = field(default=())

    @property
    def is_system(self) -> bool:
        """True for the product itself."""
        return self.person is None


SYSTEM_ACTOR = Acting(None, "系统", "", "", "", frozenset({"system"}))


def actings_of(person: int, at: datetime) -> tuple[Acting, ...]:
    """The posts that a person holds, as ways to act; empty for a stranger.

    A holding that has ended is over, also for a clock that was set back before its end.
    """
    return _ways_to_act(list(_held(at).filter(person=person).order_by("since", "post_id")))


def actings_of_all(at: datetime) -> tuple[Acting, ...]:
    """The same for everybody, by person; one query."""
    rows = _held(at).order_by("person_id", "since", "post_id")
    each = groupby(rows, key=lambda row: row.person_id)
    return tuple(acting for _, held in each for acting in _ways_to_act(list(held)))


def _held(at: datetime) -> QuerySet[Holding]:
    held = Holding.objects.filter(since__lte=at, until=None, post__is_active=True)
    return held.select_related("person", "post__unit")


def _ways_to_act(rows: list[Holding]) -> tuple[Acting, ...]:
    paths = tuple(row.post.unit.path for row in rows)
    return tuple(
        Acting(
            person=row.person_id,
            name=row.person.name,
            post=row.post_id,
            unit=row.post.unit_id,
            path=row.post.unit.path,
            roles=frozenset(row.post.roles),
            post_name=row.post.name,
            unit_name=row.post.unit.name,
            elsewhere=paths,
        )
        for row in rows
    )
