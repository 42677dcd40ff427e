"""Clauses to commitments: what belongs together, its kind, strength, targets and deadline."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from bihuan.compiler import lexicon
from bihuan.compiler.model import (
    Block,
    Clause,
    Commitment,
    Deadline,
    Kind,
    Section,
    Strength,
    Target,
    Tense,
)
from bihuan.compiler.sentences import clauses as split_clauses
from bihuan.compiler.targets import sentence_targets
from bihuan.compiler.tense import AHEAD, OPENS_REVIEW
from bihuan.compiler.times import chosen, deadlines, leading_due, year_end

EARLIER = re.compile(r"(?:截至|到)?((?:19|20)\d{2})年")
BACKGROUND = re.compile(r"(?:去年|上年|过去.年|[一五]年来|刚刚过去)")
GUIDING = re.compile(r"总体要求|指导思想|总要求|总体思路|基本原则|重要要求")
# After the list of what went wrong: 对这些问题，我们一定高度重视、努力解决。
VOWS = re.compile(
    r"(?:对(?:于)?(?:这些|上述|以上)(?:困难|问题)|对此).{0,30}(?:一定|将|要|高度重视|采取)"
)
MIN_LENGTH = 4


@dataclass(frozen=True)
class Read:
    """A clause with what was found in it."""

    clause: Clause
    words: str
    targets: tuple[Target, ...]
    dues: tuple[Deadline, ...]


class Ids:
    """Stable ids: the text, its headings and which occurrence it is; never its position."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def take(self, section: tuple[str, ...], text: str) -> str:
        """The id of the next commitment with this text under these headings."""
        key = "\x1f".join((*section, text))
        self._seen[key] += 1
        digest = hashlib.sha256(f"{key}\x1e{self._seen[key]}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:12]


def block_commitments(
    text: str, block: Block, section: Section, year: int | None, ids: Ids
) -> Iterator[Commitment]:
    """The commitments of one paragraph, in source order."""
    if section.tense is None:
        return
    found = split_clauses(text, block.start, block.end)
    told, ahead = False, None
    for _, sentence in groupby(found, key=lambda clause: clause.sentence):
        parts = list(sentence)
        whole = text[parts[0].start : parts[-1].end]
        if lexicon.SPEECH.search(whole):
            continue
        tense = _tense(whole, section.tense, year)
        if told and tense == "plan" and not _looks_ahead(whole):
            tense = "review"
        told = tense == "review" and section.tense == "plan"
        ahead = leading_due(whole, year, ahead)
        strength: Strength | None = None
        for group in _groups(read_sentence(text, parts, year)):
            made = _commitment(text, group, section, tense, year, ahead, ids)
            if made is None:
                continue
            if strength == "strive" and made.targets and not lexicon.ACTION.match(made.text):
                made = replace(made, strength="strive")
            strength = made.strength
            yield made


def read_sentence(text: str, parts: Sequence[Clause], year: int | None) -> list[Read]:
    """Each clause of a sentence with its targets and deadlines."""
    targets = sentence_targets(text, parts)
    return [
        Read(
            clause,
            text[clause.start : clause.end],
            found,
            deadlines(text, clause.start, clause.end, year) if year else (),
        )
        for clause, found in zip(parts, targets, strict=True)
    ]


def _tense(words: str, tense: Tense, year: int | None) -> Tense:
    """A sentence in the plan that opens with 去年 or an earlier year tells what was done."""
    named = EARLIER.match(words)
    if named and year is not None and int(named[1]) < year and "今年" not in words:
        return "review"
    if tense == "review" and VOWS.match(words):
        return "plan"
    behind = BACKGROUND.match(words) or OPENS_REVIEW.match(words)
    return "review" if behind and "今年" not in words else tense


def _looks_ahead(words: str) -> bool:
    """Whether a sentence after one on the past year turns to what shall be done."""
    return AHEAD.search(words) is not None or lexicon.ACTION.match(words) is not None


def _groups(reads: list[Read]) -> list[list[Read]]:
    """Joins lead-ins to the clause after them and consequences to the clause before."""
    groups: list[list[Read]] = []
    leading: list[Read] = []
    for index, read in enumerate(reads):
        last = index == len(reads) - 1
        if not last and not read.targets and _leads(read):
            leading.append(read)
            continue
        if groups and not leading and _follows(read, groups[-1][-1]):
            groups[-1].append(read)
        else:
            groups.append([*leading, read])
            leading = []
    if leading:
        groups.append(leading)
    return groups


def _leads(read: Read) -> bool:
    only_time = bool(read.dues) and sum(len(due.text) for due in read.dues) >= len(read.words) - 3
    return only_time or lexicon.LEAD_IN.match(read.words) is not None


def _follows(read: Read, before: Read) -> bool:
    """Whether a clause says nothing checkable of its own and so continues the one before."""
    if read.words.startswith(("其中", "合计", "共计")):
        return True
    if read.targets or read.dues or lexicon.NAMED_ENTITY.search(read.words):
        return False
    if lexicon.TRAILING.match(read.words) or len(read.words) < MIN_LENGTH:
        return True
    return lexicon.ACTION.match(read.words) is None


def _commitment(
    text: str,
    group: list[Read],
    section: Section,
    tense: Tense,
    year: int | None,
    ahead: date | None,
    ids: Ids,
) -> Commitment | None:
    start, end = group[0].clause.start, group[-1].clause.end
    words = text[start:end]
    targets = tuple(target for read in group for target in read.targets)
    if len(words) < MIN_LENGTH and not targets:
        return None
    dues = tuple(due for read in group for due in read.dues)
    kind = _kind(group, targets, bool(dues))
    if kind == "measure" and any(GUIDING.search(title) for title in section.path[-2:]):
        kind = "principle"
    due = chosen(dues, year) if year and tense == "plan" else None
    return Commitment(
        id=ids.take(section.path, words),
        section=section.path,
        start=start,
        end=end,
        text=words,
        tense=tense,
        kind=kind,
        strength=_strength(group[-1].words if len(group) == 1 else words, targets),
        targets=targets,
        deadline=due.due if due else _default_due(section, tense, kind, year, ahead),
        deadline_text=due.text if due else "",
    )


def _default_due(
    section: Section, tense: Tense, kind: Kind, year: int | None, ahead: date | None
) -> date | None:
    """A promise without words of its own is due when its plan ends (rule 10)."""
    if tense == "review" or kind == "principle":
        return None
    if ahead is not None:
        return ahead
    end = max(section.horizon or 0, year or 0)
    return year_end(end) if end else None


def _kind(group: list[Read], targets: tuple[Target, ...], dated: bool) -> Kind:
    if targets:
        return "target"
    words = "，".join(read.words for read in group)
    names_project = lexicon.PROJECT_NOUN.search(words) and lexicon.PROJECT_VERB.search(words)
    if lexicon.NAMED_ENTITY.search(words) and (names_project or dated):
        return "project"
    if dated and re.search(rf"形成.*{lexicon.PROJECT_NOUN.pattern}$", words):
        return "project"
    if names_project and re.search(r"项目|工程|(?:新建|开工|扩建|续建|改造)", words):
        return "project"
    if lexicon.REMARK.search(words) or VOWS.match(words):
        return "principle"
    if lexicon.STANCE.match(group[0].words) and not dated:
        return "principle"
    return "measure"


def _strength(words: str, targets: tuple[Target, ...]) -> Strength:
    if lexicon.STRIVE.search(words):
        return "strive"
    if lexicon.MUST.search(words):
        return "must"
    if not targets and lexicon.STEER.match(words):
        return "steer"
    if lexicon.STEER.match(words) and re.match("(?:支持|探索|鼓励|引导|推动)", words):
        return "steer"
    return "must"
