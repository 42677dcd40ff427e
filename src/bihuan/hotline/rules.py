"""The hotline's named rules: guards of its matters. Pure; each says what was refused, why, and what to do instead."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.facts import Facts, guard
from bihuan.kernel.matters.intakes import intake_named

TOLD = intake_named("told")  # what somebody tells: cleaned, limited, compared (hotline.intake)


def apart(instants: Iterable[datetime], gap: timedelta) -> int:
    """How many of the attempts count (不同时段): each at least `gap` after the one counted before; oldest first."""
    counted = 0
    last: datetime | None = None
    for at in instants:
        if last is None or at - last >= gap:
            counted, last = counted + 1, at
    return counted


@guard("three_attempts")
def three_attempts(facts: Facts) -> Refusal | None:
    """The caller was not reached often enough, at hours apart, since the reply was last passed (不同时段回访)."""
    least = int(facts.parameters.number("hotline.callback_attempts", facts.now))
    gap = timedelta(minutes=int(facts.parameters.number("hotline.callback_gap_minutes", facts.now)))
    calls: list[datetime] = []
    for moved in facts.history:
        if moved.action == "pass":
            calls = []
        elif moved.action == "not_reached":
            calls.append(moved.at)
    tried = apart(calls, gap)
    if tried >= least:
        return None
    return Refusal(
        "too_few_attempts",
        N_("只在 %(tried)s 个不同时段回访过，至少要 %(least)s 个时段未接通才能按无法回访办结。"),
        remedy=N_("请换一个时段再次回访，或改用短信、邮件链接。"),
        params={"tried": tried, "least": least},
    )


@guard("article_in_force")
def article_in_force(facts: Facts) -> Refusal | None:
    """An article whose last day is over is not published again as it is (知识条目有效期)."""
    expires = facts.data.get("expires")
    today = facts.now.astimezone(ZoneInfo("Asia/Shanghai")).date()
    if not expires or date.fromisoformat(str(expires)) >= today:
        return None
    return Refusal(
        "article_expired",
        N_("有效期 %(day)s 已过，不能按原样发布。"),
        remedy=N_("仍然有效的，请填写新的有效期；已经失效的，请修订或申请撤下。"),
        params={"day": str(expires)},
    )
