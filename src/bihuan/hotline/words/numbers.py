"""Numbers that belong to a person: telephone, identity card (身份证), bank card. Other numbers are left alone.

A run of digits is cut into groups by its spaces and dashes; only whole groups are put together, so that a mobile number inside
a longer order number is not one. Sources: GB 11643-1999 (check digit), the numbering plan of MIIT (1[3-9]…), ISO/IEC 7812 (Luhn).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.hotline.words.writing import level

SPOKEN: Final = str.maketrans(
    "零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖", "0011223456789123456789"
)
BETWEEN: Final = r"[ \u3000\t().·—–_\-\u00a0\u200b-\u200f\u2060\ufeff]{0,3}"
RUN: Final = re.compile(rf"[0-9](?:{BETWEEN}[0-9])*(?:{BETWEEN}x(?![a-z]))?")
DATE: Final = re.compile(r"(?:19|20)[0-9]{2}[.\-][0-9]{1,2}(?![0-9])")
GROUP: Final = re.compile(r"[0-9]+x?|x")
MOST_GROUPS: Final = 19  # a card number written digit by digit
NEAR: Final = 12  # how far before a number its name may stand, in characters

LABELLED_OTHER: Final = re.compile(
    r"(?:单号|编号|文号|案号|工单|受理号|流水|合同|发票|订单|快递|运单|学号|工号|批号|车次|号码牌|条码|信访件|no)"
    r"[^0-9，。,;；]{0,4}$"
)
LABELLED_PHONE: Final = re.compile(
    r"(?:电话|手机|联系|tel|phone|mobile|微信|号码)[^0-9，。;；]{0,6}$"
)
LABELLED_ID: Final = re.compile(r"(?:身份证|证件号|身份号)[^0-9，。;；]{0,6}$")
LABELLED_CARD: Final = re.compile(
    r"(?:卡号|账号|帐号|银行|账户|帐户|储蓄卡|信用卡)[^0-9，。;；]{0,8}$"
)
DECIMAL: Final = 4
AFTER_OTHER: Final = re.compile(r"(?!qq|wx|vx|tel)[a-z]|\.[0-9]{1,2}(?![0-9])")
BEFORE_PHONE: Final = re.compile(r"(?:^|[^a-z])(?:tel|phone|mobile|mob|t|m|v|vx|wx|qq)$")

MOBILE: Final = re.compile(r"(?:0{0,2}86)?(1[3-9][0-9]{9})")
LANDLINE: Final = re.compile(r"0(?:10|2[0-57-9]|[3-9][1-9][0-9])[2-9][0-9]{6,7}")
PROVINCES: Final = frozenset(
    f"{number}"
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for number in range(first, last + 1)
)
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10x98765432"


@dataclass(frozen=True)
class Number:
    """A number of a person: mobile, landline, id_number or bank_card; offsets in code points."""

    kind: str
    start: int
    end: int


def numbers(text: str) -> Iterator[Number]:
    """The numbers in `text`, from left to right, without overlap."""
    written = level(text)
    spoken = written.translate(SPOKEN)
    if spoken == written:
        yield from _in_runs(written, written)
        return
    found = [*_in_runs(written, written), *_in_runs(spoken, written)]
    end = 0
    for number in sorted(found, key=lambda number: (number.start, -number.end)):
        if number.start >= end:
            yield number
            end = number.end


def _in_runs(digits: str, written: str) -> Iterator[Number]:
    for run in RUN.finditer(digits):
        if run.end() - run.start() >= 9:
            yield from _in_run(digits, run.start(), run.end(), written)


def _in_run(digits: str, start: int, end: int, written: str) -> Iterator[Number]:
    """Put whole groups together, the longest first, until they are a number of a kind."""
    groups = [(found.start(), found.end()) for found in GROUP.finditer(digits, start, end)]
    at = 0
    while at < len(groups):
        if DATE.match(digits, groups[at][0]):
            at += 2
            continue
        for last, joined in reversed(list(_joined(digits, groups, at))):
            first, stop = groups[at][0], groups[last][1]
            kind = kind_of(
                joined, written[max(0, first - NEAR) : first], written[stop : stop + DECIMAL]
            )
            if kind:
                yield Number(kind, first, stop)
                at = last
                break
        at += 1


def _joined(digits: str, groups: Sequence[tuple[int, int]], at: int) -> Iterator[tuple[int, str]]:
    """The groups from `at` on, put together: up to each last group, no longer than a card number."""
    joined = ""
    for last in range(at, min(at + MOST_GROUPS, len(groups))):
        first, stop = groups[last]
        if stop - first > MOST_GROUPS or len(joined) + stop - first > MOST_GROUPS:
            return
        joined += digits[first:stop]
        yield last, joined


def kind_of(digits: str, before: str, after: str) -> str:
    """The kind of a number that stands between `before` and `after`; empty for one that is nobody's."""
    kind = _shape(digits)
    if not kind or not _free(before, after):
        return ""
    other = LABELLED_OTHER.search(before) is not None
    if kind == "eighteen":
        checked = is_id_number(digits) or LABELLED_ID.search(before)
        kind = "id_number" if checked and is_id_number(digits, checked=False) else "card"
    if kind == "card":
        return "bank_card" if _is_card(digits, before, other) else ""
    if kind == "mobile" and LABELLED_PHONE.search(before):
        return kind
    return "" if other and not (kind == "id_number" and len(digits) == 18) else kind


def _shape(digits: str) -> str:
    """What a number could be by its length and first digits."""
    length = len(digits)
    if 10 <= length <= 16 and MOBILE.fullmatch(digits):
        return "mobile"
    if 10 <= length <= 12 and LANDLINE.fullmatch(digits):
        return "landline"
    if length == 15 and is_id_number(digits):
        return "id_number"
    if length == 18:
        return "eighteen"
    return "card" if 16 <= length <= 19 and digits.isdigit() else ""


def _is_card(digits: str, before: str, other: bool) -> bool:
    if not digits.isdigit():
        return False
    named = LABELLED_CARD.search(before) is not None
    return named or (not other and digits[0] in "3456" and passes_luhn(digits))


def _free(before: str, after: str) -> bool:
    """Whether no letter, price or decimal touches the number, as in SF1382… or 13812345678.50元."""
    if AFTER_OTHER.match(after):
        return False
    if before[-1:] in ("¥", "￥", "$"):
        return False
    letter = before[-1:]
    return not ("a" <= letter <= "z" and letter) or BEFORE_PHONE.search(before) is not None


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812 (Luhn)."""
    odd = sum(int(digit) for digit in digits[-1::-2])
    return (odd + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])) % 10 == 0


def is_id_number(digits: str, *, checked: bool = True) -> bool:
    """18 digits with a birthday and the check digit of GB 11643-1999, or the 15 digits used before it."""
    if len(digits) not in (15, 18) or digits[:2] not in PROVINCES or "x" in digits[:-1]:
        return False
    if len(digits) == 15:
        return digits.isdigit() and _is_day(digits[8:10], digits[10:12])
    if digits[6:8] not in ("18", "19", "20") or not _is_day(digits[10:12], digits[12:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return not checked or CHECKS[total % 11] == digits[-1]


def _is_day(month: str, day: str) -> bool:
    return "01" <= month <= "12" and "01" <= day <= "31"
