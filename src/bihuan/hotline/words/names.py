"""Names of private persons in a text: only where its words say that a name follows, never by guessing from characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bihuan.hotline.words.phrases import phrases

DOUBLES: Final = frozenset(
    {
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
        "令狐", "司徒", "长孙", "宇文", "夏侯", "端木", "申屠", "澹台",
    }
)  # fmt: skip
SURNAMES: Final = frozenset("".join(phrases().lists["surnames"]))
NO_NAMES: Final = frozenset(phrases().lists["no_names"])  # by the first two characters
HAN: Final = "\u4e00-\u9fff"
SURNAME: Final = f"(?:{'|'.join(sorted(DOUBLES))}|[{''.join(sorted(SURNAMES))}])"

# Words after which a name stands: the sure ones alone, the others with a mark or nothing but the name behind.
SAYS: Final = re.compile(r"(?:我(?:的名字)?叫(?:做)?|本人(?:姓名|叫)|我?名叫)[ \u3000:：,，]{0,3}")
ASKS: Final = re.compile(
    r"(?:姓名|联系人|(?:投诉|反映|举报|报告|诉求|来电|申请|求助|询问|咨询|申诉|控告|请求|信访|上访)人)"
    r"([ \u3000:：,，]{1,3}|[为是]|)"
)
SELF: Final = re.compile(r"本人[ \u3000:：,，]{0,2}")
TITLED: Final = re.compile(rf"({SURNAME}[{HAN}]{{0,2}}?)(?:先生|女士)")
NAME: Final = re.compile(rf"{SURNAME}[ \u3000]{{0,2}}[{HAN}](?:[ \u3000]?[{HAN}])?")

ALONE: Final = re.compile(rf"(?:^|[^{HAN}])({SURNAME} ?[{HAN}]{{1,2}})[ \u3000:：(（,，]{{0,2}}$")
WINDOW: Final = 10

# What goes on after a name of two characters: the third belongs to the sentence.
GOES_ON: Final = frozenset(
    "是的在因于现今家住为和与及同系来自到从去年有电手身份男女向已曾就对要想也都将被把给说村乡镇县市区户户籍人岁老之一您你好谢此联号地住址单性职"
)
BEFORE: Final = "主民户由和与对向及的人"  # after these a whole name stands before 先生
NO_TITLED: Final = re.compile(r"[长委任记员司师]$|南郭|各位|这位|那位|[一两几]位|全体|对方|时候")
ENDS_SELF: Final = re.compile(rf"[^{HAN}*]|男|女|系|是|今年|现年|身份证|电话|手机|$")


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where names of private persons stand, not in order and possibly twice."""
    for says in SAYS.finditer(text):
        yield from _listed(text, says.end(), sure=True)
    for asks in ASKS.finditer(text):
        yield from _listed(text, asks.end(), sure=bool(asks[1]))
    for says in SELF.finditer(text):
        found = _name_at(text, says.end())
        if found and ENDS_SELF.match(text, found[1]):
            yield found
    for titled in TITLED.finditer(text):
        span = _titled(text, titled.start(1), titled.end(1))
        if span:
            yield span


def before_number(text: str, number: int) -> tuple[int, int] | None:
    """The name that stands alone before a telephone number, as in 李四13812345678."""
    window = max(0, number - WINDOW)
    found = ALONE.search(text[window:number])
    if not found or found[1][:2] in NO_NAMES or NO_TITLED.search(found[1]):
        return None
    return window + found.start(1), window + found.end(1)


def _listed(text: str, at: int, *, sure: bool) -> Iterator[tuple[int, int]]:
    """The name at `at`, and those that follow it in a list (、)."""
    found = _name_at(text, at)
    while found and (sure or _closed(text, found[1])):
        yield found
        if text[found[1] : found[1] + 1] not in ("、", "和"):
            return
        sure, found = False, _name_at(text, found[1] + 1)


def _name_at(text: str, at: int) -> tuple[int, int] | None:
    found = NAME.match(text, at)
    if not found or found[0][:2] in NO_NAMES or found[0][1:] in ("先生", "女士"):
        return None
    return found.start(), _end(text, found)


def _end(text: str, found: re.Match[str]) -> int:
    """Where the name ends: before a third character that begins the next words."""
    name = found[0]
    long = len(name.replace(" ", "").replace("\u3000", "")) > 2
    if long and name[-1] in GOES_ON and not _closed(text, found.end()):
        return found.start() + len(name[:-1].rstrip())
    return found.end()


def _closed(text: str, at: int) -> bool:
    """Whether something other than a character follows, so that all before it is the name."""
    return at >= len(text) or not "\u4e00" <= text[at] <= "\u9fff"


def _titled(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name before 先生 or 女士; only its last characters if the others are words of the sentence."""
    if NO_TITLED.search(text[max(0, start - 1) : end]):
        return None
    if text[start - 1 : start + 1] == "关于":
        start += 1
    if end - start > 1 and text[end - 2 : end] in DOUBLES:
        start = end - 2
    elif end - start > 1 and _runs_on(text, start) and text[end - 1] in SURNAMES:
        start = end - 1
    return (start, end) if end > start else None


def _runs_on(text: str, start: int) -> bool:
    """Whether the sentence goes on into what looks like a name, so that it may begin too early."""
    return start > 0 and not _closed(text, start - 1) and text[start - 1] not in BEFORE
