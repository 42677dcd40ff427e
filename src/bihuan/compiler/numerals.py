"""Chinese and Arabic numerals to exact decimals: 一万二 1.2万 3,000 五百零八 二十."""

from __future__ import annotations

import re
from decimal import Decimal

DIGIT = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
ARABIC = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)([十百千万亿]*)")


def parse(words: str) -> Decimal | None:
    """The number in `words` (half-width), or None where they are no numeral."""
    if found := ARABIC.fullmatch(words):
        value = Decimal(found[1].replace(",", ""))
        for char in found[2]:
            value *= SMALL.get(char) or LARGE[char]
        return value
    return _chinese(words)


def _chinese(words: str) -> Decimal | None:
    if not words or any(c not in DIGIT and c not in SMALL and c not in LARGE for c in words):
        return None
    if len(words) > 1 and all(char in DIGIT for char in words):
        return Decimal("".join(str(DIGIT[char]) for char in words))
    total, section, digit, last = 0, 0, None, 1
    for char in words:
        if char in DIGIT:
            digit = DIGIT[char]
            last = 10 if char == "零" or char == "〇" else last
        elif char in SMALL:
            section += (1 if digit is None else digit) * SMALL[char]
            digit, last = None, SMALL[char]
        else:
            section += digit or 0
            if char == "亿":
                total = (total + section or 1) * LARGE[char]
            else:
                total += (section or 1) * LARGE[char]
            section, digit, last = 0, None, LARGE[char]
    if digit is not None:
        section += digit * (last // 10 if last > 10 else 1)
    return Decimal(total + section)


def spell(number: int) -> str:
    """The usual Chinese writing of 0 ≤ number < 10^12, e.g. 10508 → 一万零五百零八."""
    if number == 0:
        return "零"
    parts: list[str] = []
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, size)
        if group:
            gap = "零" if parts and group < 1000 else ""
            parts.append(gap + _group(group) + name)
    words = "".join(parts)
    return words[1:] if words.startswith("一十") else words


def _group(number: int) -> str:
    words, gap = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return words
