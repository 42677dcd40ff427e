"""The decomposition table (任务分解表): what stands in its rows, in the order of the report. Reads only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bihuan.kernel.cases.city import city, matter_at, work_calendar
from bihuan.kernel.cases.models import Case, Evidence
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.queries import holders_of_posts
from bihuan.papers import Fields, Value
from bihuan.plan.progress import QUARTER_ENDS
from bihuan.plan.rules import targets_of
from bihuan.plan.sieve import TaskFacts, commitment_facts, task_facts
from bihuan.plan.table_values import SUGGESTED, say_target

UNDECOMPOSED = ("to_review", "confirmed")
QUARTERS = tuple(QUARTER_ENDS)
LIGHTS = {
    "red": "红灯", "yellow": "黄灯", "green": "绿灯", "blue": "蓝灯", "done": "销号", "grey": "未亮灯",
}  # fmt: skip
# What a person may correct in Excel and bring back; everything else is drawn from the ledger.
PLAIN = ("title", "goal", "targets", "leader", "lead", "assist", "responsible", "measures")
EDITABLE = (
    *PLAIN, "deadline", "standard", "weight", *QUARTERS, *(f"{q}_value" for q in QUARTERS),
)  # fmt: skip
DRAWN = (
    "seq", "section", "text", "kind", "responsible_name", "phone", "quarters", "pace", "progress",
    "problems", "next_steps", "evidence", "light", "light_reason", "state",
)  # fmt: skip
KEYS = {"number": "件号", "commitment": "承诺编号"}
HEAD = (
    "paper_title", "report_title", "report_number", "year", "city", "office", "document_number",
    "printed_on", "rows_count", "waiting_count",
)  # fmt: skip
FIELDS = Fields(frozenset(HEAD), frozenset((*EDITABLE, *DRAWN, *KEYS)))


@dataclass(frozen=True)
class TableRow:
    """A task, or a commitment that is not decomposed yet (`is_task` false)."""

    case: Case
    commitment: Case
    raw: Mapping[str, Json]  # what may be corrected, as the form has it
    shown: Mapping[str, Value]  # every field as the paper shows it

    @property
    def is_task(self) -> bool:
        """True for a task."""
        return self.case.matter == "plan.task"


def table_rows(report: Case, actings: Sequence[Acting], now: datetime) -> list[TableRow]:
    """Every task that the person may see and every commitment without one, in the order of the report."""
    tasks = [fact for fact in task_facts(report, actings, now) if fact.case.parent]
    numbers = [fact.case.number for fact in tasks]
    told = _told([fact.case for fact in tasks], numbers)
    found = [_task_row(fact, told, now) for fact in tasks]
    waiting = commitment_facts(report, actings)
    found += [_waiting_row(f.case) for f in waiting if f.case.state in UNDECOMPOSED]
    found.sort(key=lambda row: (_start(row.commitment), row.commitment.pk, row.case.pk))
    return [_numbered(row, place) for place, row in enumerate(found, start=1)]


def raw_of(case: Case) -> dict[str, Json]:
    """The correctable values of a case by column: a task's from its form, a commitment's as far as it has them."""
    data = case.data
    if case.matter == "plan.task":
        plain = {name: data.get(name) for name in (*PLAIN, "deadline", "standard", "weight")}
    else:
        plain = {name: data.get(name) for name in ("title", "targets", "deadline")}
    rows = data.get("milestones") if case.matter == "plan.task" else None
    by_quarter = {str(row["quarter"]): row for row in rows or []}
    raw: dict[str, Json] = {name: None for name in EDITABLE} | plain
    for quarter in QUARTERS:
        row = by_quarter.get(quarter, {})
        raw[quarter] = row.get("text")
        raw[f"{quarter}_value"] = row.get("value")
    raw["assist"] = list(raw["assist"] or [])  # type: ignore[arg-type]
    raw["targets"] = list(targets_of(data))
    return raw


def show(column: str, raw: Json) -> Value:
    """A correctable value as a cell shows it."""
    if raw in (None, "", []):
        return None
    if column in ("lead",):
        return _unit(raw)
    if column in ("leader", "responsible"):
        return _post(raw)
    if isinstance(raw, list):
        shown = [say_target(r) if isinstance(r, dict) else _unit(r) for r in raw]
        return ("\n" if column == "targets" else "、").join(shown)
    if column == "deadline":
        return date.fromisoformat(str(raw))
    if column.endswith("_value") or column == "weight":
        return Decimal(str(raw))
    return str(raw)


def _unit(code: object) -> str:
    unit = city().named_unit(str(code))
    return unit.name if unit else str(code)


def _post(code: object) -> str:
    """A post with its unit; a city leader's by itself, as offices write it."""
    post = city().posts.get(str(code))
    if post is None:
        return str(code)
    if post.unit == city().root.code:
        return post.name
    return f"{_unit(post.unit)} {post.name}"


@dataclass(frozen=True)
class _Told:
    """What the ledger and the directory say of many tasks at once."""

    reports: Mapping[str, Mapping[str, Json]]
    files: Mapping[int, list[str]]
    holders: Mapping[str, str]


def _told(tasks: Sequence[Case], numbers: Sequence[str]) -> _Told:
    reports: dict[str, Mapping[str, Json]] = {}
    events = Event.objects.filter(stream__in=numbers, action="report").order_by("stream", "seq")
    for event in events:
        reports[event.stream] = event.content["given"]
    files: dict[int, list[str]] = {}
    for pk, name in (
        Evidence.objects.filter(case__in=tasks).order_by("pk").values_list("case", "name")
    ):
        files.setdefault(pk, []).append(name)
    holders = {post: name for name, post, _ in reversed(holders_of_posts())}
    return _Told(reports, files, holders)


def _task_row(fact: TaskFacts, told: _Told, now: datetime) -> TableRow:
    case, commitment = fact.case, fact.case.parent
    assert commitment is not None
    raw = raw_of(case)
    report = told.reports.get(case.number, {})
    files = told.files.get(case.pk, [])
    matter, _ = matter_at(case.matter, case.version)
    lit = fact.row.lit
    drawn: dict[str, Value] = {
        "responsible_name": told.holders.get(str(raw["responsible"] or ""), ""),
        "quarters": _quarters(raw),
        "pace": _pace(fact, now),
        **{name: str(report.get(name) or "") for name in ("progress", "problems", "next_steps")},
        "evidence": f"{len(files)}件：{'、'.join(files)}" if files else "",
        "light": LIGHTS[lit.light],
        "light_reason": lit.reason % lit.params if lit.params else lit.reason,
        "state": matter.states[case.state].label,
    }
    return _row(case, commitment, raw, {name: show(name, raw[name]) for name in EDITABLE} | drawn)


def _waiting_row(case: Case) -> TableRow:
    """A commitment without tasks: the units are suggestions and say so until somebody decides."""
    raw = raw_of(case)
    shown = {name: show(name, raw[name]) for name in EDITABLE}
    lead = str(case.data.get("suggested_lead") or "")
    assist = [code for code in str(case.data.get("suggested_assist") or "").split(",") if code]
    if lead:
        shown["lead"] = SUGGESTED + _unit(lead)
    if assist:
        shown["assist"] = SUGGESTED + "、".join(map(_unit, assist))
    matter, _ = matter_at(case.matter, case.version)
    shown |= {"light": LIGHTS["grey"], "state": matter.states[case.state].label}
    return _row(case, case, raw, shown)


def _row(
    case: Case, commitment: Case, raw: Mapping[str, Json], shown: Mapping[str, Value]
) -> TableRow:
    matter, _ = matter_at(commitment.matter, commitment.version)
    kind = matter.fields["kind"].choices.get(str(commitment.data.get("kind") or ""))
    whole: dict[str, Value] = {
        **dict.fromkeys((*DRAWN, *KEYS), ""),
        **shown,
        "section": str(commitment.data.get("section") or "").split(" › ")[-1],
        "text": str(commitment.data["text"]),
        "kind": kind.label if kind else "",
        "number": case.number,
        "commitment": commitment.number,
    }
    return TableRow(case, commitment, raw, whole)


def _quarters(raw: Mapping[str, Json]) -> str:
    names = dict(zip(QUARTERS, ("一季度", "二季度", "三季度", "四季度"), strict=True))
    return "\n".join(f"{names[q]}：{raw[q]}" for q in QUARTERS if raw[q])


def _pace(fact: TaskFacts, now: datetime) -> str:
    """How far the task should be by now and how far it is (序时进度)."""
    if fact.pace is None or fact.row.progress.started is None:
        return ""
    today = now.astimezone(work_calendar().zone).date()
    return f"{today.month}月应达{round(fact.pace.expected)}%，实际{round(fact.pace.actual)}%"


def _numbered(row: TableRow, place: int) -> TableRow:
    return TableRow(row.case, row.commitment, row.raw, {**row.shown, "seq": place})


def _start(commitment: Case) -> int:
    return int(commitment.data.get("start") or 0)


def head_of_paper(report: Case, rows: Sequence[TableRow], now: datetime) -> dict[str, Value]:
    """What stands above and below the table."""
    day = now.astimezone(work_calendar().zone).date()
    waiting = Counter(row.is_task for row in rows)[False]
    return {
        "paper_title": f"{city().info.name}{report.data['year']}年《政府工作报告》任务分解表",
        "report_title": report.title,
        "report_number": report.number,
        "year": int(report.data["year"]),
        "city": city().info.name,
        "office": _unit(report.data.get("office") or ""),
        "document_number": "",
        "printed_on": day,
        "rows_count": len(rows),
        "waiting_count": waiting,
    }
