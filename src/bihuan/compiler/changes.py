"""A comparison with last year's report as JSON lines and as a table to read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from bihuan.compiler.against import Change, ChangeKind
from bihuan.compiler.output import target_row
from bihuan.compiler.promises import Ref

NAMES: dict[ChangeKind, str] = {
    "carried": "沿用",
    "raised": "提高",
    "lowered": "降低",
    "changed": "改变",
    "reported": "已报告",
    "pending": "未到期",
    "dropped": "消失",
    "new": "新增",
}


def changes_jsonl(changes: Sequence[Change]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(change_row(each), ensure_ascii=False) + "\n" for each in changes)


def change_row(change: Change) -> dict[str, Any]:
    """The row of one change, with the spans in both reports."""
    return {
        "kind": change.kind,
        "what": change.what,
        "last": _ref(change.last),
        "now": _ref(change.now),
        "why": change.why,
        "why_en": change.why_en,
        "score": change.score,
    }


def _ref(ref: Ref | None) -> dict[str, Any] | None:
    if ref is None:
        return None
    return {
        "id": ref.id,
        "section": list(ref.section),
        "start": ref.start,
        "end": ref.end,
        "text": ref.text,
        "target": target_row(ref.target) if ref.target else None,
    }


def changes_table(changes: Sequence[Change]) -> str:
    """Targets and projects by kind of change; of measures without a number only how many."""
    lines: list[str] = []
    for kind in get_args(ChangeKind):
        of_kind = [change for change in changes if change.kind == kind]
        counts = Counter(change.what for change in of_kind)
        said = ", ".join(f"{counts[what]} {what}" for what in ("target", "project", "measure"))
        lines.append(f"\n## {NAMES[kind]} {kind}: {said}")
        lines += [line for change in of_kind if change.what != "measure" for line in _said(change)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _said(change: Change) -> Iterator[str]:
    for sign, ref in (("-", change.last), ("+", change.now)):
        if ref is not None:
            yield f"{sign} {ref.start}-{ref.end} {' '.join(ref.text.split())}"
    if change.kind not in ("carried", "dropped", "new"):
        yield f"    {' '.join(change.why.split())}"
