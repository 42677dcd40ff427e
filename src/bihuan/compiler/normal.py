"""One writing for the rules to read: half-width, simplified, code point for code point, so that spans hold."""

from __future__ import annotations

from functools import cache
from typing import Any

# Full-width digits, letters and signs (全角); Chinese punctuation stays as it is.
WIDE = {0xFF01 + at: 0x21 + at for at in range(94) if chr(0xFF01 + at) not in "！（），：；？"}
ODD = {
    **WIDE, "○": "〇", "Ｏ": "〇", "﹪": "%", "﹣": "-", "−": "-", "㎡": "㎡", "\u00a0": " ", "\u2007": " ", "\u202f": " ",
    "“": "“", "「": "“", "」": "”", "『": "‘", "』": "’", "〝": "“", "〞": "”", "﹁": "“", "﹂": "”",
}  # fmt: skip
TABLE = str.maketrans({(chr(k) if isinstance(k, int) else k): v for k, v in ODD.items()})
# Characters that stand in traditional texts only; a text with several is read as traditional.
TELLING = frozenset(
    "這個們為對業開發實現國學說經過進點東車長問間門見區縣醫藥農億萬產總與資質據選擇"
)
ENOUGH = 5


def normal(text: str) -> str:
    """`text` for the rules; always as long as `text`."""
    plain = text.translate(TABLE)
    found = TELLING.intersection(plain)
    if len(found) < ENOUGH:
        return plain
    return plain.translate({ord(char): _simplified(char) for char in set(plain) if char > "\u2e7f"})


@cache
def _simplified(char: str) -> str:
    turned = str(_converter().convert(char))
    return turned if len(turned) == 1 else char


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
