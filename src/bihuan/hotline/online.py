"""The online desk (网上受理席): the service person in whose post residents and other systems act. Nobody signs in as it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.posts import appoint
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting, actings_of
from bihuan.kernel.orgs.models import Person, Post

ROLE = "hotline_online"


@dataclass(frozen=True)
class Seat:
    """A service person's place: the role that its post has, and what the person is called."""

    role: str
    username: str
    name: str


ONLINE = Seat(ROLE, "hotline.online", "网上受理")
# Reports of wrongdoing have a seat of their own: whoever acts as the online desk, as programs do, sees none of them.
REPORTS = Seat("hotline_reports_online", "hotline.reports.online", "网上举报受理")


def online_desk(now: datetime, seat: Seat = ONLINE) -> Acting:
    """The online desk's way to act; the person is made and appointed at first need, at the latest when the product starts.

    Raises a Refusal in a city without such a post.
    """
    return _held(now, seat) or _opened(now, seat)


def has_online_desk(seat: Seat = ONLINE) -> bool:
    """True where the city's catalog has a post that takes demands online."""
    return _post(seat) is not None


def _post(seat: Seat) -> str | None:
    return next((post.code for post in city().posts.values() if seat.role in post.roles), None)


def _held(now: datetime, seat: Seat) -> Acting | None:
    held = Person.objects.filter(username=seat.username).values_list("pk", flat=True).first()
    actings = actings_of(held, now) if held else ()
    return next((acting for acting in actings if seat.role in acting.roles), None)


@transaction.atomic
def _opened(now: datetime, seat: Seat) -> Acting:
    """Make the person, who has no password, and let them hold the post."""
    post = _post(seat)
    if post is None:
        raise Refusal(
            "no_online_desk",
            N_("本市没有开通网上受理。"),
            remedy=N_("请拨打12345。"),
        )
    Person.objects.get_or_create(
        username=seat.username, defaults={"name": seat.name, "password": "!"}
    )
    person = Person.objects.select_for_update().get(username=seat.username)
    appoint(person, Post.objects.get(pk=post), SYSTEM_ACTOR, now=now)
    desk = _held(now, seat)
    if desk is None:
        raise Refusal(
            "no_online_desk",
            N_("网上受理席在此时间之后才任命，现在不能受理。"),
            remedy=N_("请核对系统时间；可拨打12345。"),
        )
    return desk
