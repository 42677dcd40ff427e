"""Who acts: a person in one of the posts they hold, or the product itself. Reads only."""

from dataclasses import dataclass, field
from datetime import datetime

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
    held = (
        Holding.objects.filter(person=person, since__lte=at, until=None, post__is_active=True)
        .select_related("person", "post__unit")
        .order_by("since", "post_id")
    )
    rows = list(held)
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
