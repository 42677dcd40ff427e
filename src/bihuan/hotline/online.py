"""The online desk (网上受理席): the service person in whose post residents and other systems act. Nobody signs in as it."""

from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.posts import appoint
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting, actings_of
from bihuan.kernel.orgs.models import Person, Post

ROLE = "hotline_online"
USERNAME = "hotline.online"
NAME = "网上受理"


def online_desk(now: datetime) -> Acting:
    """The online desk's way to act; the person is made and appointed at first need, at the latest when the product starts.

    Raises a Refusal in a city without such a post.
    """
    return _held(now) or _opened(now)


def has_online_desk() -> bool:
    """True where the city's catalog has a post that takes demands online."""
    return _post() is not None


def _post() -> str | None:
    return next((post.code for post in city().posts.values() if ROLE in post.roles), None)


def _held(now: datetime) -> Acting | None:
    held = Person.objects.filter(username=USERNAME).values_list("pk", flat=True).first()
    actings = actings_of(held, now) if held else ()
    return next((acting for acting in actings if ROLE in acting.roles), None)


@transaction.atomic
def _opened(now: datetime) -> Acting:
    """Make the person, who has no password, and let them hold the post."""
    post = _post()
    if post is None:
        raise Refusal(
            "no_online_desk",
            N_("本市没有开通网上受理。"),
            remedy=N_("请拨打12345。"),
        )
    Person.objects.get_or_create(username=USERNAME, defaults={"name": NAME, "password": "!"})
    person = Person.objects.select_for_update().get(username=USERNAME)
    appoint(person, Post.objects.get(pk=post), SYSTEM_ACTOR, now=now)
    desk = _held(now)
    if desk is None:
        raise Refusal(
            "no_online_desk",
            N_("网上受理席在此时间之后才任命，现在不能受理。"),
            remedy=N_("请核对系统时间；可拨打12345。"),
        )
    return desk
