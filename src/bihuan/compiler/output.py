"""The contract's JSON lines and a table to read; field names as in the extraction guide."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from bihuan.compiler.model import Commitment, Compilation, Diagnostic, Mention, Suggestion, Target


def to_jsonl(c: Compilation) -> str:
    """One JSON object a line, in source order."""
    return "".join(
        json.dumps(commitment_row(each), ensure_ascii=False) + "\n" for each in c.commitments
    )


def commitment_row(c: Commitment) -> dict[str, Any]:
    """The row of one commitment."""
    return {
        "id": c.id,
        "section": list(c.section),
        "start": c.start,
        "end": c.end,
        "text": c.text,
        "tense": c.tense,
        "kind": c.kind,
        "strength": c.strength,
        "targets": [target_row(target) for target in c.targets],
        "deadline": c.deadline.isoformat() if c.deadline else None,
        "deadline_text": c.deadline_text,
        "places": [_mention(place) for place in c.places],
        "units": [_mention(unit) for unit in c.units],
        "lead": _suggestion(c.lead) if c.lead else None,
        "assist": [_suggestion(unit) for unit in c.assist],
        "diagnostics": [diagnostic_row(diagnostic) for diagnostic in c.diagnostics],
    }


def target_row(t: Target) -> dict[str, Any]:
    """The row of one target; numbers as JSON numbers."""
    return {
        "measure": t.measure,
        "value": number(t.value),
        "value_max": None if t.value_max is None else number(t.value_max),
        "unit": t.unit,
        "bound": t.bound,
        "basis": t.basis,
        "direction": t.direction,
        "start": t.start,
        "end": t.end,
        "also": list(t.also),
    }


def number(value: Decimal) -> int | float:
    """An int where the value is whole, else the nearest float."""
    return int(value) if value == value.to_integral_value() else float(value)


def diagnostic_row(d: Diagnostic) -> dict[str, Any]:
    """The row of one diagnostic; `message` is the Chinese one."""
    return {
        "code": d.code,
        "severity": d.severity,
        "start": d.start,
        "end": d.end,
        "message": d.message_zh,
        "message_en": d.message_en,
        "hint": d.hint_zh,
        "hint_en": d.hint_en,
        "related": [list(span) for span in d.related],
    }


def _mention(mention: Mention) -> dict[str, str]:
    return {"code": mention.code, "name": mention.name}


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    return {"unit": suggestion.unit, "why": suggestion.why, "words": list(suggestion.words)}


SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "approx": "≈"}


def target_words(t: Target) -> str:
    """A target on one line: measure ≥ value unit (basis)."""
    high = f"–{number(t.value_max)}" if t.value_max is not None else ""
    falls = "↓" if t.direction == "down" else ""
    return f"{t.measure} {SIGNS[t.bound]}{falls}{number(t.value)}{high}{t.unit} ({t.basis})"


def to_table(c: Compilation) -> str:
    """A line a commitment, its targets indented below, under its headings."""
    lines = [f"{c.title}  [{c.year}]  {c.document.format}"]
    section: tuple[str, ...] | None = None
    for each in c.commitments:
        if each.section != section:
            section = each.section
            lines.append("\n## " + " / ".join(section))
        due = each.deadline.isoformat() if each.deadline else "-"
        lines.append(f"{each.id} {each.tense} {each.kind:9} {each.strength:6} {due:10} {each.text}")
        lines += [f"    • {target_words(target)}" for target in each.targets]
        lines += [
            f"    ! {d.code}: {d.message_zh}" for d in each.diagnostics if d.severity != "info"
        ]
    lines += [f"! {d.code}: {d.message_zh}。{d.hint_zh}。" for d in c.diagnostics]
    return "\n".join(lines) + "\n"
