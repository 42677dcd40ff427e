"""Who holds a post, from when until when (任职、交接): recorded in the ledger, so that it still says who did what."""

from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.city import algorithm, city
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.ledger.own import POSTS, append_own
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.models import Holding, Person, Post


@transaction.atomic
def appoint(person: Person, post: Post, actor: Acting, *, now: datetime) -> Holding:
    """Let a person hold a post from now on; open work of the post is theirs at once."""
    _require_compatible(person, post)
    holding, is_new = Holding.objects.get_or_create(
        person=person, post=post, until=None, defaults={"since": now}
    )
    if is_new:
        _record("appoint", person, post, actor, now)
    return holding


@transaction.atomic
def relieve(person: Person, post: Post, actor: Acting, *, now: datetime) -> None:
    """End a person's holding of a post; the post's work stays with the post."""
    held = Holding.objects.filter(person=person, post=post, until__isnull=True)
    if held.update(until=now):
        _record("relieve", person, post, actor, now)


def _record(action: str, person: Person, post: Post, actor: Acting, now: datetime) -> None:
    content: dict[str, Json] = {
        "person": person.pk,
        "name": person.name,
        "post": post.pk,
        "unit": post.unit_id,
    }
    append_own(POSTS, action, actor, content, at=now, algorithm=algorithm())


def _require_compatible(person: Person, post: Post) -> None:
    """三员分立: some roles exclude each other in one person (GB/T 22239-2019)."""
    roles = city().roles
    held = {
        role
        for holding in Holding.objects.filter(person=person, until__isnull=True).select_related(
            "post"
        )
        for role in holding.post.roles
    } | set(post.roles)
    for role in held:
        clash = held & city().excluded_with(role) if role in roles else set()
        if clash:
            other = sorted(clash)[0]
            raise Refusal(
                "separation",
                N_("“%(one)s”与“%(other)s”不能由同一人兼任（三员分立）。"),
                remedy=N_("请指定另一人担任此岗位。"),
                basis="GB/T 22239-2019",
                params={"one": roles[role].label, "other": roles[other].label},
            )
