"""Calls that ring (来电弹屏): kept sealed for minutes, for the operator's seat that they were put through to."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from bihuan.hotline.models import Ring
from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, NotAllowed
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.privacy.entropy import random_bytes
from bihuan.kernel.privacy.masks import mask, normal
from bihuan.kernel.privacy.master import subkey

KEPT = timedelta(minutes=30)  # a number is forgotten after so long, taken or not
RINGS = timedelta(minutes=3)  # a call that nobody took by then no longer opens a console
NUMBER = re.compile(r"[0-9]{3,20}")
CALL = re.compile(r"[\x21-\x7e]{1,80}")
MAY_RING = frozenset({"hotline_operator", "hotline_online"})


@dataclass(frozen=True)
class Caller:
    """A call that rings, or was taken: its id here, the number and how it may be shown."""

    pk: int
    number: str

    @property
    def masked(self) -> str:
        """138****1234."""
        return mask("phone", self.number)


@transaction.atomic
def ring(number: str, call: str, seat: str, actor: Acting, *, now: datetime) -> Ring:
    """A call rings at an operator's seat (the caller's own post where none is named); the same call again is the same ring."""
    seat = seat or actor.post
    _require(number, call, seat, actor)
    Ring.objects.filter(at__lt=now - KEPT).delete()
    if known := Ring.objects.filter(post=seat, call=call).first():
        return known
    nonce = random_bytes(12)
    sealed = AESGCM(subkey("ring")).encrypt(nonce, normal("phone", number).encode(), seat.encode())
    return Ring.objects.create(post=seat, call=call, nonce=nonce, number=sealed, at=now)


def ringing(posts: list[str], *, now: datetime) -> Caller | None:
    """The newest call that rings at one of the seats and was not taken."""
    fresh = Ring.objects.filter(post__in=posts, taken_at=None, at__gte=now - RINGS, at__lte=now)
    found = fresh.order_by("-pk").first()
    return _opened(found) if found else None


def take(pk: int, posts: list[str], *, now: datetime) -> Caller | None:
    """The operator takes the call: it rings no more; None where it is not theirs, or forgotten."""
    found = Ring.objects.filter(pk=pk, post__in=posts, at__gte=now - KEPT).first()
    if found is None:
        return None
    Ring.objects.filter(pk=pk, taken_at=None).update(taken_at=now)
    return _opened(found)


def _opened(found: Ring) -> Caller | None:
    try:
        clear = AESGCM(subkey("ring")).decrypt(
            bytes(found.nonce), bytes(found.number), found.post.encode()
        )
    except InvalidTag:  # sealed under a key that is no more: as good as forgotten
        return None
    return Caller(found.pk, clear.decode())


def _require(number: str, call: str, seat: str, actor: Acting) -> None:
    post = city().posts.get(seat)
    problems = []
    if not NUMBER.fullmatch(normal("phone", number)):
        problems.append(FieldProblem("number", N_("不是电话号码")))
    if not CALL.fullmatch(call):
        problems.append(FieldProblem("call", N_("应为 1 至 80 个可见的 ASCII 字符")))
    if post is None or post.unit != actor.unit or "hotline_operator" not in post.roles:
        problems.append(FieldProblem("seat", N_("不是本单位的话务席")))
    if not actor.roles & MAY_RING:
        raise NotAllowed(
            "ring",
            N_("此密钥的岗位（%(post)s）不能弹屏。"),
            remedy=N_("请用话务席或网上受理席的密钥。"),
            params={"post": actor.post_name or actor.name},
        )
    if problems:
        raise FormRefusal(tuple(problems))
