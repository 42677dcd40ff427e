"""Did an article help (有帮助)? One answer a day from one address, counted, and nothing kept about who gave it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from bihuan.hotline.limits import Limit, TooOften, take
from bihuan.hotline.shown_models import Helped
from bihuan.kernel.errors import N_

ONCE = Limit(
    "helped",
    timedelta(days=1),
    N_("此网络地址今天已经评价过这一条。"),
    N_("明天可以再评价；内容有误请拨打12345。"),
)


def say_helped(number: str, has_helped: bool, whose: str, *, now: datetime) -> None:
    """Count a reader's answer; a second one of the same day from the same address changes nothing."""
    with transaction.atomic():
        try:
            take([ONCE.of(f"{number} {whose}", 1)], now)
        except TooOften:
            return
        kept, _ = Helped.objects.get_or_create(number=number)
        name = "yes" if has_helped else "no"
        Helped.objects.filter(pk=kept.pk).update(**{name: F(name) + 1})


def helped_of(number: str) -> Helped | None:
    """How often it did and did not; None where nobody said."""
    return Helped.objects.filter(pk=number).first()
