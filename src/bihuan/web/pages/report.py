"""A report's own page (报告原文): its text with every commitment highlighted in place, and the card of one of them."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import NoSuchCase
from bihuan.plan.models import ReportText
from bihuan.plan.reading import TaskRow, task_rows
from bihuan.plan.sieve import CommitmentFacts, commitment_facts
from bihuan.web.access import Asked, has_role, signed_in
from bihuan.web.clock import now
from bihuan.web.highlight import Block, Segment, Span, blocks
from bihuan.web.pages.plan import report_of, reports
from bihuan.web.templatetags.shown import label

REVIEWED = "review"  # the key of a clause that reports on the past year
SHAPES = {
    "to_review": "◇", "confirmed": "◆", "assigned": "▸", "fulfilled": "✓", "dropped": "✕",
}  # fmt: skip
PASSED_ON = ("split", "merged")


@dataclass(frozen=True)
class Mark:
    """How a commitment is marked in the text."""

    number: str
    kind: str
    state: str
    shape: str
    said: str


@dataclass(frozen=True)
class Piece:
    """A segment as the page prints it."""

    segment: Segment
    mark: Mark | None
    is_reviewed: bool
    anchors: tuple[str, ...]
    shape: str


@signed_in
def report_list(request: Asked) -> HttpResponse:
    """All reports, leading to their texts."""
    shown = {"reports": reports(), "may_import": has_role(request, "planner"), "of_texts": True}
    return render(request, "plan/list.html", shown)


@signed_in
def report_page(request: Asked, report: str) -> HttpResponse:
    """The text with its highlights; `?c=` opens a commitment's card without scripts too."""
    case = report_of(report)
    facts = commitment_facts(case, request.actings)
    chosen = _chosen(facts, request.GET.get("c", ""))
    text = text_of(case)
    marks = {mark.number: mark for mark in marks_of(facts)}
    pages = blocks(text.text, text.sections, spans_of(facts, text.reviewed)) if text else ()
    shown = {
        "report": case,
        "blocks": [(block, [_piece(s, marks) for s in block.segments]) for block in pages],
        "contents": [(block, _said(block)) for block in pages if block.kind == "heading"],
        "kinds": matter_now("plan.commitment")[0].fields["kind"].choices.items(),
        "shapes": _legend(),
        "whole": sum(1 for fact in facts if fact.case.state not in PASSED_ON),
        "chosen": chosen,
        "may_plan": has_role(request, "planner"),
        **_card(chosen),
    }
    return render(request, "plan/report.html", shown)


@signed_in
def card(request: Asked, report: str, number: str) -> HttpResponse:
    """The card of one commitment, for the pane beside the text."""
    case = report_of(report)
    chosen = _chosen(commitment_facts(case, request.actings), number)
    if chosen is None:
        raise NoSuchCase(number)
    return render(
        request, "plan/parts/card.html", {"report": case, "chosen": chosen, **_card(chosen)}
    )


def text_of(report: Case) -> ReportText | None:
    """The text layer of a report; None for one that was opened by hand."""
    return getattr(report, "report_text", None)


def spans_of(facts: list[CommitmentFacts], reviewed: list[dict[str, int]]) -> list[Span]:
    """Where the commitments and the clauses of the review part stand; those that were split are left out."""
    found = [Span(row["start"], row["end"], REVIEWED) for row in reviewed]
    for fact in facts:
        data = fact.case.data
        if (
            isinstance(data.get("start"), int)
            and isinstance(data.get("end"), int)
            and fact.case.state != "split"
        ):
            found.append(Span(data["start"], data["end"], fact.case.number))
    return found


def marks_of(facts: list[CommitmentFacts]) -> list[Mark]:
    """The marks of the commitments, each saying its kind and state in words."""
    matter, _ = matter_now("plan.commitment")
    kinds = matter.fields["kind"].choices
    return [
        Mark(
            fact.case.number,
            str(fact.case.data["kind"]),
            fact.case.state,
            SHAPES.get(fact.case.state, "＋"),
            f"{label(kinds[str(fact.case.data['kind'])])} · {label(matter.states[fact.case.state])}",
        )
        for fact in facts
        if str(fact.case.data["kind"]) in kinds
    ]


def _piece(segment: Segment, marks: dict[str, Mark]) -> Piece:
    keys = [key for key in segment.keys if key in marks]
    mark = marks[keys[-1]] if keys else None
    closing = [key for key in segment.closes if key in marks]
    return Piece(
        segment,
        mark,
        mark is None and REVIEWED in segment.keys,
        tuple(key for key in segment.opens if key in marks),
        "".join(marks[key].shape for key in closing),
    )


def _legend() -> list[tuple[str, str]]:
    states = matter_now("plan.commitment")[0].states
    return [(shape, label(states[name])) for name, shape in SHAPES.items()]


def _said(block: Block) -> str:
    return "".join(segment.text for segment in block.segments).strip("* ")


def _chosen(facts: list[CommitmentFacts], number: str) -> Case | None:
    return next((fact.case for fact in facts if fact.case.number == number), None)


def _card(chosen: Case | None) -> dict[str, object]:
    if chosen is None:
        return {}
    tasks: list[TaskRow] = task_rows(chosen.children.filter(matter="plan.task"), now())
    matter, _ = matter_now("plan.commitment")
    return {"tasks": tasks, "matter": matter, "state": matter.states[chosen.state]}
