"""The office's review of compiled commitments (校核): split, merge and batches, each step an event."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting
from bihuan.plan.rules import IGNORED, targets_of


def split(case: Case, cuts: Sequence[int], actor: Acting, *, now: datetime) -> Case:
    """Split a commitment at offsets into its text (0 < cut < length); each part keeps its own targets."""
    text, start = str(case.data["text"]), int(case.data["start"])
    edges = [0, *sorted(set(cuts)), len(text)]
    if edges != sorted(set(edges)) or len(edges) < 3:
        raise Refusal(
            "bad_cut", N_("请在原文中间选择断开的位置。"), remedy=N_("断点须在首字之后、末字之前。")
        )
    parts = [_part(case, text, start, low, high) for low, high in itertools.pairwise(edges)]
    return act(case.number, "split", actor, {"parts": parts}, now=now)


def _part(case: Case, text: str, start: int, low: int, high: int) -> dict[str, Json]:
    while low < high and text[low] in IGNORED:
        low += 1
    while high > low and text[high - 1] in IGNORED:
        high -= 1
    words = text[low:high]
    targets: list[Json] = [
        target
        for target in targets_of(case.data)
        if isinstance(target.get("start"), int) and start + low <= _at(target) < start + high
    ]
    kind = (
        "target" if targets else ("measure" if case.data["kind"] == "target" else case.data["kind"])
    )
    return {
        "title": words[:300], "text": words, "start": start + low, "end": start + high,
        "kind": kind, "targets": targets,
    }  # fmt: skip


def _at(target: dict[str, Json]) -> int:
    start = target.get("start")
    return start if isinstance(start, int) else -1


@transaction.atomic
def merge(case: Case, into: Case, actor: Acting, *, now: datetime) -> Case:
    """Merge a commitment into another of the same report; that one keeps both sources and all targets."""
    if case.pk == into.pk or case.root_id != into.root_id or case.matter != into.matter:
        raise Refusal(
            "bad_merge",
            N_("只能并入同一份报告中的另一条承诺。"),
            remedy=N_("请从列表中选择要并入的承诺。"),
        )
    act(case.number, "merge", actor, {"merged_into": into.number}, now=now)
    spans = [*_rows(into.data.get("merged_spans")), *_rows(case.data.get("merged_spans"))]
    spans.append({k: case.data[k] for k in ("start", "end", "text")} | {"number": case.number})
    targets = [*targets_of(into.data), *targets_of(case.data)]
    return act(into.number, "absorb", actor, {"merged_spans": spans, "targets": targets}, now=now)


def _rows(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list) else []


@transaction.atomic
def confirm_all(cases: Iterable[Case], actor: Acting, *, now: datetime) -> int:
    """Confirm several as they were compiled; all or none. Returns how many."""
    return len([act(case.number, "confirm", actor, {}, now=now) for case in cases])


@transaction.atomic
def drop_all(cases: Iterable[Case], reason: str, actor: Acting, *, now: datetime) -> int:
    """Drop several with one reason; all or none. Returns how many."""
    return len([act(c.number, "drop", actor, {"reason": reason}, now=now) for c in cases])
