"""The hotline's named rules: guards of its matters. Pure; each says what was refused, why, and what to do instead."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.facts import Facts, Moved, guard
from bihuan.kernel.matters.intakes import intake_named

TOLD = intake_named("told")  # what somebody tells: cleaned, limited, compared (hotline.intake)

ZONE = ZoneInfo("Asia/Shanghai")
LONG = "long"  # the pace of a long-cycle demand
NO_CUTOFF = 24
UNSATISFIED = ("not_solved", "solved_unhappy")


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
        if moved.action in ("pass", "peer_closed"):
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
    today = facts.now.astimezone(ZONE).date()
    if not expires or date.fromisoformat(str(expires)) >= today:
        return None
    return Refusal(
        "article_expired",
        N_("有效期 %(day)s 已过，不能按原样发布。"),
        remedy=N_("仍然有效的，请填写新的有效期；已经失效的，请修订或申请撤下。"),
        params={"day": str(expires)},
    )


@guard("asked_before_cutoff")
def asked_before_cutoff(facts: Facts) -> Refusal | None:
    """An extension is asked for before the hour of the day at which the hotline stops taking requests (截止时刻)."""
    hour = int(facts.parameters.number("hotline.extension_cutoff_hour", facts.now))
    if hour >= NO_CUTOFF or facts.now.astimezone(ZONE).hour < hour:
        return None
    return Refusal(
        "after_cutoff",
        N_("今天 %(hour)s 时以后不再受理延期申请。"),
        remedy=N_("请在时限届满前的工作日 %(hour)s 时以前申请，或先行办理、如实答复。"),
        params={"hour": hour},
    )


@guard("is_long_cycle")
def is_long_cycle(facts: Facts) -> Refusal | None:
    """Pledged dates belong to long-cycle demands alone (长周期诉求)."""
    if facts.data.get("pace") == LONG:
        return None
    return Refusal(
        "not_long_cycle",
        N_("此件不是长周期诉求，没有承诺日期。"),
        remedy=N_("请把办理时限类别选为长周期诉求；一般诉求、咨询请申请延期。"),
    )


@guard("not_long_cycle")
def not_long_cycle(facts: Facts) -> Refusal | None:
    """A long-cycle demand is not extended day by day: its pledged date is moved (长周期诉求)."""
    if facts.data.get("pace") != LONG:
        return None
    return Refusal(
        "long_cycle",
        N_("长周期诉求按承诺日期办理，不按次延期。"),
        remedy=N_("请“申请调整承诺日期”，写明新的时间节点；自受理之日起总计不超过上限。"),
    )


@guard("long_cycle_is_planned")
def long_cycle_is_planned(facts: Facts) -> Refusal | None:
    """A demand becomes long-cycle by the hotline's decision on a plan alone, not by a choice at registration."""
    if facts.data.get("pace") != LONG or facts.data.get("pledged"):
        return None
    return Refusal(
        "long_cycle_unplanned",
        N_("长周期诉求须先有方案、时间节点和承诺办结日期，不能在派单时直接选定。"),
        remedy=N_("请按一般诉求派单；承办单位提出方案后，由热线中心负责人“转为长周期诉求”。"),
    )


@guard("pledge_within_long_days")
def pledge_within_long_days(facts: Facts) -> Refusal | None:
    """A pledged date lies ahead and at most `hotline.long_days` after the day the demand was taken in (最长180日)."""
    return _beyond_long_days(facts, "pledged")


@guard("asked_pledge_within_long_days")
def asked_pledge_within_long_days(facts: Facts) -> Refusal | None:
    """The same of a date that the unit asks for."""
    return _beyond_long_days(facts, "asked_pledge")


def _beyond_long_days(facts: Facts, name: str) -> Refusal | None:
    asked = facts.data.get(name)
    most = int(facts.parameters.number("hotline.long_days", facts.now))
    last = facts.history[0].at.astimezone(ZONE).date() + timedelta(days=most)
    day = date.fromisoformat(str(asked)) if asked else None
    if day is not None and facts.now.astimezone(ZONE).date() <= day <= last:
        return None
    return Refusal(
        "pledge_out_of_range",
        N_("承诺日期须在今天和 %(last)s 之间（自受理之日起 %(most)s 日）。"),
        remedy=N_("请改正日期；到期仍不能办结的，如实答复并说明原因。"),
        params={"last": last.isoformat(), "most": most},
    )


@guard("appealed_once")
def appealed_once(facts: Facts) -> Refusal | None:
    """One appeal against an exclusion is heard; then it stands (剔除异议)."""
    if not facts.times("appeal"):
        return None
    return Refusal(
        "appealed_already",
        N_("对剔除的异议已经复核过一次。"),
        remedy=N_("有新情况、新理由的，请作为新诉求登记，并写明原编号。"),
    )


def answered_by_peer(history: Sequence[Moved]) -> bool:
    """True where another platform, and not a unit of the city, gave the answer that was last called back about."""
    begun = (m for m in reversed(history) if m.to == "callback" != m.source)
    last = next(begun, None)
    return last is not None and last.action == "peer_closed"


@guard("unit_answered")
def unit_answered(facts: Facts) -> Refusal | None:
    """What another platform answered goes back to no unit: none of ours handled it."""
    if not answered_by_peer(facts.history):
        return None
    return Refusal(
        "peer_answered",
        N_("此件由外部平台答复，没有可退回的承办单位。"),
        remedy=N_("请选择“重新派单”。"),
    )


@guard("peer_answered")
def peer_answered(facts: Facts) -> Refusal | None:
    """What a unit answered goes back to that unit, with a fresh clock, and not past it."""
    if answered_by_peer(facts.history):
        return None
    return Refusal(
        "unit_answered",
        N_("此件由承办单位答复，应退回该单位重新办理。"),
        remedy=N_("请选择退回承办单位的“未解决，重办”或“重新办理”。"),
    )


def proposes_letter(history: Sequence[Moved], after: int) -> int:
    """How many callbacks found no satisfaction, where they are enough to propose a letter of the first level; else 0.

    Counted since the last letter: a person decides whether to write one.
    """
    since = max((i for i, m in enumerate(history) if m.action.startswith("supervise")), default=-1)
    unhappy = sum(1 for moved in history[since + 1 :] if moved.action in UNSATISFIED)
    return unhappy if unhappy >= after else 0
