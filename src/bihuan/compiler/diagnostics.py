"""What keeps a commitment, or a whole report, from being executed as written; with hints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bihuan.compiler.consistency import disagreements
from bihuan.compiler.model import Commitment, Diagnostic, Outline, Target
from bihuan.compiler.output import number
from bihuan.compiler.wording import (
    BARE_NUMBER,
    BASES,
    BOUNDS,
    DUE,
    NOT_COUNTED,
    UNCOUNTED,
    VAGUE,
    WORDINGS,
)

Spans = tuple[tuple[int, int], ...]


def diagnose(
    code: str, start: int, end: int, words: str = "", related: Spans = (), **more: str
) -> Diagnostic:
    """The diagnostic `code` over a span, its messages filled with `words` and what else it names."""
    said = WORDINGS[code]
    fields = {"words": words, **more}
    return Diagnostic(
        code=code,
        severity=said.severity,
        start=start,
        end=end,
        message_zh=said.message_zh.format(**fields),
        message_en=said.message_en.format(**fields),
        hint_zh=said.hint_zh,
        hint_en=said.hint_en,
        related=related,
    )


def of_commitment(c: Commitment, knows_units: bool) -> tuple[Diagnostic, ...]:
    """The diagnostics of a planned commitment by itself; what was done needs none."""
    if c.tense == "review":
        return ()
    if c.kind == "principle":
        return (diagnose("not-actionable", c.start, c.end),)
    return (*_wording(c), *_missing(c, knows_units))


def _wording(c: Commitment) -> Iterator[Diagnostic]:
    for match in BARE_NUMBER.finditer(c.text):
        yield diagnose("unit-missing", c.start + match.start(1), c.start + match.end(1), match[1])
    for target in c.targets:
        if target.also:
            yield _two_readings(c, target)
    if c.targets:
        return
    if found := UNCOUNTED.search(c.text):
        yield diagnose("uncounted", c.start + found.start(), c.start + found.end(), found[0])
    elif c.kind == "measure" and (vague := VAGUE.match(c.text)):
        yield diagnose("vague-verb", c.start, c.start + vague.end(), vague[0])
    elif c.kind == "measure":
        yield diagnose("no-number", c.start, c.end)


def _two_readings(c: Commitment, target: Target) -> Diagnostic:
    """Both readings in words: the one that was compiled and the one that is as fair."""
    other = target.also[0]
    name, _, value = other.partition(":")
    first, second = _said(BOUNDS[target.bound], target, target.unit), NOT_COUNTED
    if other in BOUNDS:
        second = _said(BOUNDS[other], target, target.unit)
    elif name == "basis" and value in BASES:
        first = _said(BASES[target.basis], target, target.unit)
        second = _said(BASES[value], target, target.unit)
    elif name == "unit":
        second = _said(BOUNDS[target.bound], target, value)
    words = c.text[max(0, target.start - c.start) : target.end - c.start]
    return diagnose(
        "two-readings", target.start, target.end, words,
        first=first[0], first_en=first[1], second=second[0], second_en=second[1],
    )  # fmt: skip


def _said(forms: tuple[str, str], target: Target, unit: str) -> tuple[str, str]:
    amount = f"{number(target.value)}{unit}"
    return forms[0].format(amount), forms[1].format(amount)


def _missing(c: Commitment, knows_units: bool) -> Iterator[Diagnostic]:
    if c.deadline is None:
        yield diagnose("no-deadline", c.start, c.end)
    elif not c.deadline_text:
        yield diagnose("time-assumed", c.start, c.end, c.deadline.isoformat())
    if knows_units and c.lead is None:
        yield diagnose("no-owner", c.start, c.end)


def compared(
    text: str, year: int | None, commitments: Sequence[Commitment]
) -> tuple[Commitment, ...]:
    """The commitments with what shows only beside the plan year and beside each other."""
    added: dict[str, list[Diagnostic]] = {}
    for c in commitments:
        if year and c.tense == "plan" and (past := _past(c, year)):
            added.setdefault(c.id, []).append(past)
    for c, found in disagreements(text, commitments):
        added.setdefault(c.id, []).append(
            diagnose(found.code, found.start, found.end, related=found.related, **found.fields)
        )
    return tuple(
        replace(c, diagnostics=(*c.diagnostics, *added[c.id])) if c.id in added else c
        for c in commitments
    )


def _past(c: Commitment, year: int) -> Diagnostic | None:
    """A promise due before its plan begins; a date on which something happened is none."""
    if c.deadline is None or not c.deadline_text or c.deadline >= date(year, 1, 1):
        return None
    at = c.text.find(c.deadline_text)
    end = at + len(c.deadline_text)
    if at < 0 or not DUE.search(c.text[:at] + c.deadline_text + c.text[end : end + 1]):
        return None
    return diagnose("past-deadline", c.start + at, c.start + end, c.deadline_text)


def of_report(outline: Outline, commitments: Sequence[Commitment]) -> tuple[Diagnostic, ...]:
    """The diagnostics of the report as a whole."""
    found = []
    if outline.year is None:
        found.append(diagnose("year-unknown", 0, 0))
    if not any(section.path for section in outline.sections):
        found.append(diagnose("no-headings", 0, 0))
    if not any(c.tense == "plan" for c in commitments):
        found.append(diagnose("no-plan", 0, 0))
    return tuple(found)
