"""Splits a cell of a decomposition table into who leads (牵头) and who assists (配合). Knows no catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TITLE = re.compile(r"(?:牵头|责任|配合|主办|协办|参加|参与)(?:责任)?(?:单位|部门)[:：]")
_BREAK = re.compile(r"[、，,；;/／|\n\r\t。]+")
_SPOKEN = re.compile(r"(按(?:各自)?职责(?:分工)?)?(分别)?(负责落实|负责|抓好落实|落实|指导)$")
# …等有关部门, …及各地区: nobody in particular behind somebody who is named.
_OTHERS = re.compile(
    r"(等(国务院|中央和国家机关|省直?|市直?)?(有关|相关|各)?(部门|单位).*|[及和](各|有关|相关).*)$"
)
_LEADS = re.compile(r"(?:共同)?(?:牵头|主办)(?:负责)?$")
_ASSISTS = re.compile(r"(?:按(?:各自)?职责(?:分工)?)?(?:配合|参与|参加|协办|协助)$")
_WITH = "会同"


@dataclass(frozen=True)
class Named:
    """Names in the order of the cell; `marked` tells that the cell itself says who leads (…牵头, …配合)."""

    leads: tuple[str, ...]
    assists: tuple[str, ...]
    marked: bool = False

    @property
    def all(self) -> tuple[str, ...]:
        """Everybody named."""
        return (*self.leads, *self.assists)


def named_in(cell: str) -> Named:
    """市教育局、市财政局牵头，市住建局配合 → the first two lead. Without such words all stand in `leads`."""
    leads: list[str] = []
    assists: list[str] = []
    waiting: list[str] = []  # named, and not yet said as what
    marked = False
    for part in _parts(cell):
        name, role = _role(part)
        first, *others = [piece for piece in name.split(_WITH) if piece] or [""]
        waiting += [first] if first else []
        if role or others:
            marked = True
            if role == "assist" and not leads and len(waiting) > 1:
                leads.append(
                    waiting.pop(0)
                )  # 市教育局、市财政局配合: the first needs no word for it
            (assists if role == "assist" else leads).extend(waiting)
            waiting = []
        assists += others
    if waiting:  # after …牵头 whoever follows assists
        (assists if marked else leads).extend(waiting)
    return Named(_once(leads), _once(n for n in assists if n not in leads), marked)


def _parts(cell: str) -> list[str]:
    """The stretches between separators; those within brackets do not separate, and what is in brackets goes."""
    bare = re.sub(r"[（(][^（）()]*[)）]", "", _TITLE.sub("", cell))
    parts: list[str] = []
    for stretch in _BREAK.split(bare):
        words = stretch.split()
        # 市 教育局 is one name spread over the cell; 市教育局 市财政局 are two.
        together = len(words) > 1 and min(len(word) for word in words) < 3
        parts += ["".join(words)] if together else words
    return [part for part in parts if part]


def _role(part: str) -> tuple[str, str]:
    for pattern, role in ((_LEADS, "lead"), (_ASSISTS, "assist"), (_SPOKEN, "")):
        bare = pattern.sub("", part)
        if bare != part:
            return _OTHERS.sub("", bare).removesuffix("等"), role
    return _OTHERS.sub("", part).removesuffix("等"), ""


def _once(names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))  # type: ignore[call-overload]
