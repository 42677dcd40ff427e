"""Checks the organisation against its sources: who holds a post against the ledger, units and posts against the catalog."""

from collections.abc import Iterator

from bihuan.kernel.cases.city import city
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.own import POSTS
from bihuan.kernel.orgs.models import Holding, Post, Unit


def verify_orgs() -> Iterator[Fault]:
    """Every appointment that no event made or ended, and every unit or post that is not the catalog's."""
    yield from _verify_holdings()
    yield from _verify_units()
    yield from _verify_posts()


def _verify_holdings() -> Iterator[Fault]:
    held: dict[tuple[int, str], int] = {}
    for event in Event.objects.filter(stream=POSTS).order_by("seq"):
        key = (int(event.content["person"]), str(event.content["post"]))
        if event.action == "appoint":
            held[key] = event.seq
        else:
            held.pop(key, None)
    stored = set(Holding.objects.filter(until__isnull=True).values_list("person_id", "post_id"))
    for person, post in sorted(stored ^ set(held)):
        yield Fault(
            POSTS, held.get((person, post), 0), "projection",
            f"人员 {person} 任职 {post} 与台账不符", f"person {person} at post {post} disagrees with the ledger",
        )  # fmt: skip


def _verify_units() -> Iterator[Fault]:
    for unit in Unit.objects.filter(is_active=True):
        known = city().units.get(unit.code)
        if known is None or (unit.name, unit.path) != (known.name, city().unit_path(unit.code)):
            yield _not_catalog(f"units/{unit.code}")


def _verify_posts() -> Iterator[Fault]:
    for post in Post.objects.filter(is_active=True):
        known = city().posts.get(post.code)
        if known is None or (post.unit_id, post.roles) != (known.unit, list(known.roles)):
            yield _not_catalog(f"posts/{post.code}")


def _not_catalog(row: str) -> Fault:
    return Fault(row, 0, "projection", "与城市目录不符", "differs from the city's catalog")
