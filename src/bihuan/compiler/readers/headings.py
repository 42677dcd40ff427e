"""Whether a line that a style or a tag calls a heading is one, and which mark to trust."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST_HEADING = 60
CLOSING = "。！？；：，,;"
NUMBER = "[一二三四五六七八九十百]{1,3}"
KINDS = (
    re.compile(rf"第{NUMBER}(?:部分|章|篇|节)"),
    re.compile(rf"{NUMBER}[、．]"),
    re.compile(rf"[（(]{NUMBER}[）)]"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]|[①-⑳]"),
)


def is_heading(text: str) -> bool:
    """Whether the form of a line allows it to be a heading: short, and no sentence."""
    words = text.strip()
    return 0 < len(words) <= LONGEST_HEADING and words[-1] not in CLOSING


def is_numbered(text: str) -> bool:
    """Whether a line begins with a number that headings carry (一、 （一） 1. 第一部分)."""
    return _kind(text) is not None


def mixes_headings(lines: Iterable[tuple[int, str]]) -> bool:
    """Whether numbers of one kind stand both on styled headings and on unstyled short lines.

    Then the styles were set carelessly and the numbering, not the style, gives the rank. `lines`
    are pairs of level (0: unstyled) and text.
    """
    styled: set[int] = set()
    loose: set[int] = set()
    for level, text in lines:
        kind = _kind(text)
        if kind is not None and is_heading(text):
            (styled if level else loose).add(kind)
    return bool(styled & loose)


def _kind(text: str) -> int | None:
    words = text.strip()
    return next((number for number, kind in enumerate(KINDS) if kind.match(words)), None)
