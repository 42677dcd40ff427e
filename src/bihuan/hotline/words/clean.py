"""Cleans what somebody typed, so that it can be stored, shown and searched without harm.

What is shown, searched and published is `Clean.text`. What is kept as sent is up to the caller: the notes say whether the two
differ, and a caller that keeps the original keeps it as bytes, since PostgreSQL stores no NUL and UTF-8 has no lone surrogates.
Nothing is cut: a text that is too long after cleaning is a `TooLong`, which names the limit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

REPEATED: Final = 3  # how often a repeated sign stays
LONGEST_NUMBER: Final = 30
CODES: Final = {
    "control": ("删去了控制字符", "control characters were removed"),
    "direction": (
        "删去了改变文字方向的符号",
        "marks that turn the direction of writing were removed",
    ),
    "invisible": ("删去了看不见的字符", "invisible characters were removed"),
    "private": ("删去了无法显示的字符", "characters without a common meaning were removed"),
    "surrogate": ("删去了残缺的字符", "broken halves of characters were removed"),
    "lines": ("统一了换行", "line breaks were unified"),
    "repeated": ("缩短了重复的字符", "repeated characters were shortened"),
    "trimmed": ("删去了首尾空白", "blank space around the text was removed"),
}

PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
LINES: Final = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
SURROGATE: Final = re.compile("[\ud800-\udfff]+")
CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufff9-\ufffc]+")
DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
PICTURE: Final = "\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u2bff\u3030\u303d\u3297\u3299©®"
# A joiner or a variation sign between pictures belongs to the emoji (👨‍👩‍👧, ❤️, 1️⃣).
INVISIBLE: Final = re.compile(
    f"(?<![{PICTURE}\ufe0f])\u200d|\u200d(?![{PICTURE}])|(?<![{PICTURE}0-9#*])\ufe0f|"
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0"
    "\U000e0000-\U000e0fff]"
)
PRIVATE: Final = re.compile("[\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]+")
MARKS: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
STACKED: Final = re.compile(f"({MARKS}{{2}}){MARKS}+")
AGAIN: Final = re.compile(r"((?:[^0-9\n０-９]|\n){1,4}?)\1{5,}")
DIGITS: Final = re.compile(rf"([0-9])\1{{{LONGEST_NUMBER},}}")
BLANK_LINES = re.compile(r"\n(?:[ \t\u3000]*\n){2,}")

STEPS: Final = (
    ("lines", LINES, "\n"),
    ("surrogate", SURROGATE, ""),
    ("control", CONTROL, ""),
    ("direction", DIRECTION, ""),
    ("private", PRIVATE, ""),
    ("invisible", INVISIBLE, ""),
)
SHORTENINGS: Final = (
    (STACKED, r"\1"),
    (AGAIN, r"\1" * REPEATED),
    (DIGITS, r"\1" * LONGEST_NUMBER),
    (BLANK_LINES, "\n\n"),
)


@dataclass(frozen=True)
class Note:
    """What cleaning did: its code, how often, and how to say it."""

    code: str
    count: int

    @property
    def message(self) -> str:
        """In Chinese."""
        return CODES[self.code][0]

    @property
    def message_en(self) -> str:
        """In English."""
        return CODES[self.code][1]


@dataclass(frozen=True)
class Clean:
    """A text that may be stored and shown, and what was done to it."""

    text: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class TooLong:
    """Refused: the text has more characters than allowed even after cleaning. Nothing of it is kept."""

    length: int
    limit: int

    @property
    def message(self) -> str:
        """In Chinese."""
        return f"内容有{self.length}个字，最多{self.limit}个字。请删减，或把详细材料作为附件上传。"

    @property
    def message_en(self) -> str:
        """In English."""
        return (
            f"The text has {self.length} characters; at most {self.limit} are allowed. "
            "Shorten it, or attach the details as a file."
        )


def clean(text: str, limit: int) -> Clean | TooLong:
    """`text` without what harms, with notes; or the refusal. Cleaning twice changes nothing more."""
    notes = []
    cleaned = PAIR.sub(_whole, text)
    while True:
        before = cleaned
        for code, pattern, instead in STEPS:
            cleaned, count = pattern.subn(instead, cleaned)
            notes += [(code, count)] if count else []
        cleaned, count = _shortened(cleaned)
        notes += [("repeated", count)] if count else []
        if cleaned == before:
            break
    if cleaned != cleaned.strip():
        cleaned = cleaned.strip()
        notes.append(("trimmed", 1))
    if len(cleaned) > limit:
        return TooLong(len(cleaned), limit)
    return Clean(cleaned, _summed(notes))


def _whole(pair: re.Match[str]) -> str:
    """One character from its two halves (UTF-16), as some programs send it."""
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _shortened(text: str) -> tuple[str, int]:
    total = 0
    for pattern, instead in SHORTENINGS:
        text, count = pattern.subn(instead, text)
        total += count
    return unicodedata.normalize("NFC", text), total


def _summed(notes: list[tuple[str, int]]) -> tuple[Note, ...]:
    counts: dict[str, int] = {}
    for code, count in notes:
        counts[code] = counts.get(code, 0) + count
    return tuple(Note(code, count) for code, count in counts.items())
