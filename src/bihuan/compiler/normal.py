"""One writing for the rules to read: half-width, simplified, without noise; spans lead back to the original."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import cache
from typing import Any

# Full-width digits, letters and signs (全角); Chinese punctuation stays as it is.
WIDE = {chr(0xFF01 + at): chr(0x21 + at) for at in range(94)}
KEPT = "！（），：；？"
ODD = {
    "○": "〇", "﹪": "%", "﹣": "-", "−": "-", "\u00a0": " ", "\u2007": " ", "\u202f": " ",
    "「": "“", "」": "”", "『": "‘", "』": "’", "〝": "“", "〞": "”", "﹁": "“", "﹂": "”",
}  # fmt: skip
TABLE = str.maketrans({char: wide for char, wide in {**WIDE, **ODD}.items() if char not in KEPT})
# Characters that stand in traditional texts only; a text with several is read as traditional.
TELLING = frozenset(
    "這個們為對業開發實現國學說經過進點東車長問間門見區縣醫藥農億萬產總與資質據選擇"
)
ENOUGH = 5


# What a copy brings in between: zero-width signs, lines that hold nothing else, spaces in numbers.
NOISE = re.compile(
    r"(?<![\r\n])[\r\n]+"
    "[\u200b-\u200f\u2060\ufeff]+[\\r\\n]+|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad]+|"
    r"(?<=[\d.,]) +(?=[\d.,%‰])|(?<=[%‰]) +(?=[\u4e00-\u9fff])|(?<=\d) +(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=\d)"
)


# ３，９８９亿斤: between full-width digits, and before three of them, a comma groups.
GROUPED = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


@dataclass(frozen=True)
class Plain:
    """The text for the rules, and for each of its code points the place in the original."""

    text: str
    places: array[int] | None = None

    def back(self, offset: int) -> int:
        """The place in the original of an offset of this text."""
        return offset if self.places is None else self.places[offset]

    def end(self, offset: int) -> int:
        """As `back`, for the end of a span: what was left out behind it stays outside."""
        if self.places is None or offset == 0:
            return offset
        return self.places[offset - 1] + 1


def normal(text: str) -> Plain:
    """`text` in the writing that the rules read, without noise."""
    plain = _one_writing(text)
    places: array[int] | None = None
    if NOISE.search(plain):
        places, kept, at = array("q"), [], 0
        for match in NOISE.finditer(plain):
            kept.append(plain[at : match.start()])
            places.extend(range(at, match.start()))
            at = match.end()
        kept.append(plain[at:])
        places.extend(range(at, len(plain) + 1))
        plain = "".join(kept)
    return Plain(plain, places)


def _one_writing(text: str) -> str:
    """Half-width and simplified, code point for code point."""
    plain = GROUPED.sub(",", text).translate(TABLE)
    found = TELLING.intersection(plain)
    if len(found) < ENOUGH:
        return plain
    return plain.translate({ord(char): simplified(char) for char in set(plain) if char > "\u2e7f"})


@cache
def simplified(char: str) -> str:
    """The simplified form (简体) of a character that has exactly one; every other character itself."""
    turned = str(_converter().convert(char))
    return turned if len(turned) == 1 else char


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
