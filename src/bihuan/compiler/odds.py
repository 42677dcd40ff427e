"""What follows a unit and belongs to its number: 一吨半, 50元6角三分, 两美元又三美分."""

from __future__ import annotations

import re
from decimal import Decimal

from bihuan.compiler.numerals import parse

NUM = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
CENTS = re.compile(
    rf"又?(?P<tenths>{NUM})[角毛](?:(?P<hundredths>{NUM})分?(?!之))?|又?(?P<cents>{NUM})(?:美分|日本銭|分(?!之))"
)
HALF = re.compile(r"半(?![年月数导径岛途夜天截身])")
MONEY = ("元", "块", "美元", "美圆", "日元", "欧元", "港元")
HALVED = ("吨", "斤", "公斤", "米", "公里", "亩", "天", "个月", "个小时", "小时", "岁", "里")


def odd_part(words: str, at: int, unit: str) -> tuple[Decimal, int]:
    """What is to be added to the number before `at`, and where it ends (`at` where nothing follows)."""
    if unit in HALVED and (half := HALF.match(words, at)):
        return Decimal("0.5"), half.end()
    if unit in MONEY and (found := CENTS.match(words, at)):
        tenths, hundredths = _value(found["tenths"]), _value(found["hundredths"])
        return tenths / 10 + (hundredths + _value(found["cents"])) / 100, found.end()
    return Decimal(0), at


def _value(words: str | None) -> Decimal:
    return (parse(words) if words else None) or Decimal(0)
