"""Subjects that share one predicate: A、B和C分别增长3%、4%、5% gives each number its own subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bihuan.compiler.model import Clause, Target

EACH = re.compile(
    r"(?:力争|要|将|预计|全年)?(?:年均|同比)?分别(?P<verb>[^\d，,。；;、]{0,12}?)(?=[^\w]|\d|[一二三四五六七八九十百千万亿]|$)"
)
PARTS = re.compile(r"、|以及|和(?![美谐平解睦])|与(?!GDP)|及(?!其)")
LEADS = re.compile(r"^(?:力争|确保|实现|今年|全年|预计|推动|使|全市|全省|其中|年内)+(?=.{2})")
HEAD = re.compile(
    r"人均|产业规模|增加值|营业?收入|收入|产值|标准|总额|增速|增幅|比重|占比|率$|规模|总量"
)
SHORT = 2
MAX_MEASURE = 48


def with_own_subjects(text: str, clause: Clause, made: Sequence[Target]) -> list[Target]:
    """The targets, each after 分别 with the subject that stands in its place of the list."""
    found = EACH.search(text, clause.start, clause.end)
    if found is None:
        return list(made)
    after = [target for target in made if target.end > found.end()]
    subjects = _subjects(text[clause.start : found.start()])
    if len(subjects) != len(after) or len(after) < 2:
        return list(made)
    verb = re.sub(r"(?:达到|达|为|至|到|超过|突破|控制在|保持在|稳定在|不低于)$", "", found["verb"])
    named = {
        id(target): replace(target, measure=(subject + verb)[-MAX_MEASURE:])
        for target, subject in zip(after, subjects, strict=True)
    }
    return [named.get(id(target), target) for target in made]


def _subjects(words: str) -> list[str]:
    """城镇、农村居民收入: a first part that is no whole takes the tail of the last."""
    parts = [part.strip() for part in PARTS.split(LEADS.sub("", words))]
    last = parts[-1]
    head = HEAD.search(last, 2)
    for at, part in enumerate(parts[:-1]):
        if len(part) <= SHORT and len(last) > len(part) + SHORT:
            parts[at] = part + last[len(part) :]
        elif head and not HEAD.search(part):
            parts[at] = part + last[head.start() :]
    return [part for part in parts if part]
