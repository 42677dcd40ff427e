"""Finds and masks personal data (个人信息) in free text before it is published.

Kinds: mobile, landline, id_number, bank_card, plate, email, account (微信, QQ), name, room. Offsets are code points of the text
as given, so a character outside the first plane counts one. Who reads a masked text still sees what it was: 138****1234, 张**.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bihuan.hotline.words.names import before_number, names
from bihuan.hotline.words.numbers import numbers
from bihuan.hotline.words.writing import level

KEPT: Final = {  # how many digits or letters stay at each end
    "landline": (4, 2), "id_number": (4, 2), "bank_card": (4, 2),
    "plate": (2, 1), "account": (1, 1), "room": (0, 0),
}  # fmt: skip
SIGN: Final = "*"
# What a mask leaves may be found again beside its neighbours. Twice the ends stay readable, then matches are hidden whole;
# a text that still shows something after MOST_ROUNDS was made to, and all of it is hidden.
READABLE: Final = 2
MOST_ROUNDS: Final = 8
WORD: Final = re.compile(r"\w")

PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z][ ·.\-]?"
    r"(?=[a-z]{0,5}[0-9])(?:[df][a-hj-np-z0-9]?[0-9]{4}|[0-9]{5}[df]|[a-hj-np-z0-9]{4}[a-hj-np-z0-9挂学警港澳])(?![a-z0-9])"
)
AT: Final = re.compile("@")
LOCAL: Final = re.compile(r"[a-z0-9._+\-]{1,64}$")
DOMAIN: Final = re.compile(r"[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,5}")
LONGEST_LOCAL: Final = 64
ACCOUNT: Final = re.compile(
    r"(?:微信|qq|扣扣|(?<![a-z])(?:vx|wx|weixin|wechat))(?:账号|帐号|号码|号|id|群|:)?[是为]?[ \t:;,]{0,3}"
    r"([a-z][a-z0-9_\-]{5,}+|[1-9][0-9]{4,11}(?![a-z0-9]))"
)
DIGIT: Final = "[0-9零〇一二两三四五六七八九十]"
ROOM: Final = re.compile(
    rf"(?:(?:[a-z][0-9]{{0,2}}|(?<!{DIGIT}){DIGIT}{{1,3}})(?:栋|幢|座|号楼|#楼?)"
    rf"|(?<!{DIGIT}){DIGIT}{{1,3}}(?:单元|楼|层|门))[ \-,]?"
    r"([0-9]{3,4}(?:-[0-9])?(?=室|房|住户|业主|$|[^0-9元平年人户万千百亩米㎡m个家套栋号.名位多余余辆台])|[0-9]{1,4}(?:号?房|室|户主)"
    rf"|{DIGIT}{{3,4}}(?=室|房))"
)
TRIPLE: Final = re.compile(
    r"(?<![0-9\-])[0-9a-z]{1,3}-[0-9]{1,2}-(?!(?:19|20)[0-9]{2}(?!室|房))([0-9]{3,4})(?![0-9\-])"
)


@dataclass(frozen=True)
class Found:
    """Personal data of one kind, text[start:end]; offsets in code points."""

    kind: str
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """The personal data in `text`, in order, without overlap."""
    end, kept = 0, []
    for found in sorted(_all(text), key=lambda found: (found.start, -found.end)):
        if found.start >= end and found.end > found.start:
            kept.append(found)
            end = found.end
    return tuple(kept)


def mask(text: str) -> str:
    """`text` with its personal data hidden; `find` finds nothing in it, and masking it again changes nothing."""
    for tried in range(MOST_ROUNDS):
        found = find(text)
        if not found:
            return text
        text = _masked(text, found, whole=tried >= READABLE)
    return WORD.sub(SIGN, text)


def _all(text: str) -> Iterator[Found]:
    written = level(text)
    for number in numbers(text):
        yield Found(number.kind, number.start, number.end)
        alone = before_number(written, number.start)
        if alone:
            yield Found("name", *alone)
    for start, end in names(written):
        yield Found("name", start, end)
    for kind, pattern, group in (
        ("plate", PLATE, 0),
        ("account", ACCOUNT, 1),
        ("room", ROOM, 1),
        ("room", TRIPLE, 1),
    ):
        for match in pattern.finditer(written):
            yield Found(kind, match.start(group), match.end(group))
    yield from _emails(written)


def _emails(written: str) -> Iterator[Found]:
    """Looks left and right of each @, so that a long text without one costs nothing."""
    for at in AT.finditer(written):
        first = max(0, at.start() - LONGEST_LOCAL)
        local = LOCAL.search(written[first : at.start()])
        domain = DOMAIN.match(written, at.end())
        if local and domain:
            yield Found("email", first + local.start(), domain.end())


def _masked(text: str, found: tuple[Found, ...], *, whole: bool) -> str:
    parts, at = [], 0
    for one in found:
        value = text[one.start : one.end]
        parts += [text[at : one.start], _hidden(value) if whole else _mask(one.kind, value)]
        at = one.end
    return "".join([*parts, text[at:]])


def _mask(kind: str, value: str) -> str:
    special = _SPECIAL.get(kind)
    return special(value) if special else _ends(value, *KEPT[kind])


def _ends(value: str, head: int, tail: int) -> str:
    """Hide letters and digits between the ends; spaces and dashes stay where they are."""
    places = [at for at, char in enumerate(value) if char.isalnum()]
    hidden = set(places[head : len(places) - tail])
    return "".join(SIGN if at in hidden else char for at, char in enumerate(value))


def _hidden(value: str) -> str:
    return SIGN * len(value)


def _name(value: str) -> str:
    return SIGN if len(value) == 1 else value[0] + SIGN * 2


def _mobile(value: str) -> str:
    """As 138****1234; the country code before it stays."""
    return _ends(value, max(3, sum(char.isalnum() for char in value) - 8), 4)


def _email(value: str) -> str:
    return value[0] + SIGN * 3 + "@" + SIGN * 3


def _room(value: str) -> str:
    return SIGN * 3


_SPECIAL: dict[str, Callable[[str], str]] = {
    "mobile": _mobile,
    "name": _name,
    "email": _email,
    "room": _room,
}
