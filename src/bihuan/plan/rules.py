"""The plan's named rules: guards of its matters. Pure; each says what was refused, why, and what to do instead."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.facts import Facts, guard
from bihuan.kernel.matters.fields import Json

IGNORED = " \t\r\n\u3000，,。；;、：:"


@guard("all_commitments_reviewed")
def all_commitments_reviewed(facts: Facts) -> Refusal | None:
    """A report comes into force once every compiled commitment was confirmed, split, merged or dropped."""
    waiting = [
        c for c in facts.children if c.matter == "plan.commitment" and c.state == "to_review"
    ]
    if not waiting:
        return None
    return Refusal(
        "not_reviewed",
        N_("还有 %(count)s 条承诺事项没有校核。"),
        remedy=N_("请在校核队列中逐条确认、拆分、并入或不列入。"),
        params={"count": len(waiting)},
    )


@guard("all_tasks_signed_off")
def all_tasks_signed_off(facts: Facts) -> Refusal | None:
    """A commitment is fulfilled when all its tasks have ended and at least one was signed off.

    Stands in for a verifier: each task was verified and signed off by the inspection office
    (政府督查工作条例, State Council decree 733).
    """
    tasks = [child for child in facts.children if child.matter == "plan.task"]
    if tasks and all(task.end for task in tasks) and any(task.end == "success" for task in tasks):
        return None
    return Refusal(
        "tasks_open",
        N_("承诺下的任务尚未全部销号。"),
        remedy=N_("任务全部由督查机构核查、销号后，承诺自动兑现。"),
    )


@guard("parts_cover_source")
def parts_cover_source(facts: Facts) -> Refusal | None:
    """A split keeps every word: parts lie in order inside the clause, verbatim, and leave nothing out."""
    text, start = str(facts.data["text"]), facts.data.get("start")
    parts = facts.given.get("parts")
    rows = [row for row in parts if isinstance(row, dict)] if isinstance(parts, list) else []
    if len(rows) < 2 or not isinstance(start, int):
        return Refusal("one_part", N_("拆分至少要有两条。"), remedy=N_("只改文字请用“修改”。"))
    at, left = 0, ""
    for row in rows:
        begin, end = _int(row["start"]) - start, _int(row["end"]) - start
        if begin < at or end <= begin or text[begin:end] != row["text"]:
            return Refusal(
                "bad_part",
                N_("“%(text)s”不是原文中依次出现的一段。"),
                remedy=N_("请按原文顺序选择断开的位置。"),
                params={"text": str(row["text"])[:30]},
            )
        left += text[at:begin]
        at = end
    left += text[at:]
    if left.strip(IGNORED):
        return Refusal(
            "words_left_out",
            N_("拆分漏掉了原文中的“%(text)s”。"),
            remedy=N_("请让各条合起来覆盖原文；不需要的部分拆出后再“不列入”。"),
            params={"text": left.strip(IGNORED)[:30]},
        )
    return None


@guard("milestones_fit")
def milestones_fit(facts: Facts) -> Refusal | None:
    """Each quarter once, in order, and none after the deadline's quarter."""
    rows = facts.data.get("milestones")
    quarters = (
        [str(row["quarter"]) for row in rows if isinstance(row, dict)]
        if isinstance(rows, list)
        else []
    )
    deadline = date.fromisoformat(str(facts.data["deadline"]))
    last = f"q{(deadline.month - 1) // 3 + 1}"
    in_this_year = deadline.year == facts.now.year
    if quarters != sorted(set(quarters)) or (in_this_year and any(q > last for q in quarters)):
        return Refusal(
            "milestones",
            N_("季度形象进度须按季度先后、每季度一条，且不晚于完成时限（%(deadline)s）。"),
            remedy=N_("请调整季度或完成时限。"),
            params={"deadline": deadline.isoformat()},
        )
    return None


@guard("lead_not_assisting")
def lead_not_assisting(facts: Facts) -> Refusal | None:
    """The lead unit is none of its assisting units: it accepts their parts, and nobody accepts their own."""
    assisting = facts.data.get("assist")
    if not isinstance(assisting, list) or facts.data.get("lead") not in assisting:
        return None
    return Refusal(
        "lead_assists",
        N_("牵头单位不能同时是配合单位：协办成果由牵头单位验收。"),
        remedy=N_("请从配合单位中去掉牵头单位。"),
    )


@guard("extension_is_later")
def extension_is_later(facts: Facts) -> Refusal | None:
    """An extension moves the deadline later, never earlier."""
    if str(facts.data["requested_deadline"]) > str(facts.data["deadline"]):
        return None
    return Refusal(
        "not_later",
        N_("申请的日期须晚于现在的完成时限（%(deadline)s）。"),
        remedy=N_("请填写更晚的日期。"),
        params={"deadline": facts.data["deadline"]},
    )


@guard("extension_left")
def extension_left(facts: Facts) -> Refusal | None:
    """At most as many extensions as the catalog allows."""
    most = facts.parameters.number("plan.extension_max_times", facts.now)
    if Decimal(facts.times("approve_extension")) < most:
        return None
    return Refusal(
        "no_extension_left",
        N_("已延期 %(most)s 次，不能再申请延期。"),
        remedy=N_("请如期办理，或报市领导决定调整任务。"),
        params={"most": int(most)},
    )


def targets_of(data: Mapping[str, Json]) -> list[dict[str, Json]]:
    """The rows of a case's targets field."""
    rows = data.get("targets")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _int(value: Json) -> int:
    return value if isinstance(value, int) else -1
