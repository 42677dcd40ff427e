"""`bihuan compile --check`: the diagnostics as a compiler prints them, file:line:col first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from bihuan.compiler.model import Compilation, Diagnostic

RELATED_ZH, RELATED_EN = "另一处", "the other place"


class Lines:
    """Line and column, from 1, of a code point of the text layer."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n")]

    def at(self, offset: int) -> str:
        """`line:column` of a code point."""
        line = bisect_right(self._starts, offset)
        return f"{line}:{offset - self._starts[line - 1] + 1}"


def all_diagnostics(c: Compilation) -> list[Diagnostic]:
    """Those of the whole report and of its commitments, in the order of the text."""
    found = [*c.diagnostics, *(d for each in c.commitments for d in each.diagnostics)]
    return sorted(found, key=lambda d: (d.start, d.end, d.code))


def check(c: Compilation, path: str) -> tuple[str, bool]:
    """The diagnostics as lines, and whether one of them is an error."""
    lines, found = Lines(c.document.text), all_diagnostics(c)
    words = "".join(f"{line}\n" for d in found for line in _said(d, path, lines))
    counts = ", ".join(
        f"{sum(d.severity == severity for d in found)} {severity}"
        for severity in ("error", "warning", "info")
    )
    return f"{words}{path}: {counts}\n", any(d.severity == "error" for d in found)


def _said(d: Diagnostic, path: str, lines: Lines) -> Iterator[str]:
    yield (
        f"{path}:{lines.at(d.start)}: {d.severity} {d.code}: "
        f"{d.message_zh}。{d.hint_zh}。 {d.message_en}. {d.hint_en}."
    )
    for start, _ in d.related:
        yield f"{path}:{lines.at(start)}: note {d.code}: {RELATED_ZH} {RELATED_EN}"
