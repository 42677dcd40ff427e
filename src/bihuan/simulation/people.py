"""Who sits where at the beginning of a run, and of what kind they are. Decides; appoints nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.files import Post
from bihuan.simulation.dice import Dice

PURPOSE = "people"
HABITS = (("diligent", 8), ("late", 4), ("silent", 2), ("sloppy", 3), ("cheating", 2))
CROWD = 12  # posts with the same roles beyond which only some units are staffed
TWO_POSTS = 4  # people who hold a second post in a unit that handles cases


@dataclass(frozen=True)
class Place:
    """A person's appointment to a post."""

    person: int
    name: str
    post: str


def staff(city: City, dice: Dice, units: int) -> list[Place]:
    """One person for each post; of posts that every unit has, those of `units` units chosen by dice."""
    chosen = _units_staffed(city, dice, units)
    crowds = _crowds(city)
    posts = [p for p in city.posts.values() if _kind(p) not in crowds or p.unit in chosen]
    places = [Place(n, name_of(city, post), post.code) for n, post in enumerate(posts, 1)]
    return [*places, *_second_posts(city, dice, posts, places)]


def habit_of(dice: Dice, person: int) -> str:
    """What kind of worker a person is: the same whenever it is asked."""
    return Dice(dice.seed * 1_000_003 + person).weighted("habit", HABITS)


def name_of(city: City, post: Post, turn: int = 0) -> str:
    """The invented name of a post's holder; it says that it is invented."""
    unit = city.units[post.unit]
    return f"模拟·{unit.short or unit.name}{post.name}{turn or ''}"[:50]


def _kind(post: Post) -> tuple[str, ...]:
    return tuple(sorted(post.roles))


def _crowds(city: City) -> set[tuple[str, ...]]:
    kinds = [_kind(post) for post in city.posts.values()]
    return {kind for kind in kinds if kinds.count(kind) > CROWD}


def _units_staffed(city: City, dice: Dice, units: int) -> set[str]:
    crowds = _crowds(city)
    able = list(dict.fromkeys(p.unit for p in city.posts.values() if _kind(p) in crowds))
    return set(dice.of(PURPOSE).sample(able, min(units, len(able))))


def _second_posts(
    city: City, dice: Dice, posts: Sequence[Post], places: Sequence[Place]
) -> list[Place]:
    """Second posts for some who confirm the work of others: they must then keep away from their own unit's cases."""
    confirming = {
        grant.role
        for matter in city.matters.values()
        for action in matter.actions.values()
        if action.not_by
        for grant in action.by
    }
    able = [(place, post) for place, post in zip(places, posts, strict=True)
            if confirming & set(post.roles) and len(city.posts_of(post.unit)) > 1]  # fmt: skip
    found: list[Place] = []
    handling = _handling_units(city)
    for place, post in dice.of(PURPOSE).sample(able, min(TWO_POSTS, len(able))):
        other = [
            p for p in posts if p.unit in handling - {post.unit} and _fit_together(city, post, p)
        ]
        if other:
            second = dice.one(PURPOSE, other)
            found.append(Place(place.person, place.name, second.code))
    return found


def _handling_units(city: City) -> set[str]:
    """The units in which somebody sits who may act as the handler of some matter."""
    roles = {
        grant.role
        for matter in city.matters.values()
        for action in matter.actions.values()
        for grant in action.by
        if grant.party in matter.handler
    }
    return {post.unit for post in city.posts.values() if roles & set(post.roles)}


def _fit_together(city: City, one: Post, two: Post) -> bool:
    """No role of one excludes a role of the other in one person (三员分立)."""
    return not any(set(two.roles) & city.excluded_with(role) for role in one.roles)
