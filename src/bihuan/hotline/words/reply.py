"""Checks a reply before it is sent: hints with the words marked, never a decision. The phrases stand in phrases.yaml.

Offsets are code points of the reply as given. A hint without an own place marks the whole reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.hotline.words import personal, places
from bihuan.hotline.words.copied import passages
from bihuan.hotline.words.phrases import Phrases, phrases
from bihuan.hotline.words.writing import level, plain

SHORTEST: Final = 20  # letters and characters
LITTLE: Final = 12  # what is left of a reply that says nothing of its own
ASKED: Final = 6  # pairs of telling characters from which on a demand can be answered or missed
MOST: Final = 20  # hints of one code
NUMBERED: Final = re.compile(
    r"[0-9]{4}年|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{1,9}(?:\.[0-9]{1,4})?(?:元|万元|亿元|米|公里|平方米|户|人|台|处|套|%|个|天|小时|家|项|次|份|吨|亩|条)"
    r"|0[0-9]{2,3}[-—]+[0-9]{7,8}|《[^》]{2,40}》|\[20[0-9]{2}\]|第[0-9一二三四五六七八九十百]+条"
)
BRACES: Final = re.compile(r"\{[^{}\n]{1,40}\}")
SENTENCE: Final = re.compile(r"[^。;!?\n]+")
OFFICE: Final = re.compile("[楼层]")
CONTACT: Final = re.compile("联系|咨询|经办|承办|负责|电话|局长|科长|主任")
CONTACT_NEAR: Final = 8
NEGATED: Final = re.compile(r"(?:未|没|没有|不|难以|无法|尚未|能否|是否|待|等|为|要求|希望)$")


@dataclass(frozen=True)
class Hint:
    """What may be wrong with reply[start:end]; severity is stop, warn or note."""

    code: str
    start: int
    end: int
    message: str
    message_en: str
    severity: str


@dataclass(frozen=True)
class Draft:
    """A reply with what it answers, and the writings in which they are compared."""

    demand: str
    reply: str
    others: Sequence[str]
    asked: str
    said: str
    words: Phrases


Span = tuple[int, int]


def check(
    demand: str, reply: str, others: Sequence[str] = (), words: Phrases | None = None
) -> tuple[Hint, ...]:
    """The hints on a reply to `demand`, in the order of the text; `others` are replies in other cases."""
    words = words or phrases()
    draft = Draft(demand, reply, others, level(demand), level(reply), words)
    hints = []
    for code, finder in CHECKS.items():
        saying = words.hints[code]
        spans = list(finder(draft))[:MOST]
        hints += [Hint(code, *span, saying.zh, saying.en, saying.severity) for span in spans]
    return tuple(sorted(hints, key=lambda hint: (hint.start, hint.end, hint.code)))


def _whole(draft: Draft) -> Iterator[Span]:
    yield 0, len(draft.reply)


def _short(draft: Draft) -> Iterator[Span]:
    if len(plain(draft.reply)) < SHORTEST:
        yield from _whole(draft)


def _no_answer(draft: Draft) -> Iterator[Span]:
    """Only passed on, received or wait; or nothing in common with what was asked."""
    passed = draft.words.patterns["passed_on"].search(draft.said)
    if passed and not _has_fact(draft) and len(_own_words(draft)) < LITTLE:
        yield passed.start(), passed.end()
        return
    asked = _telling(draft.asked, draft.words)
    if len(asked) >= ASKED and not asked & _telling(draft.said, draft.words):
        yield from _whole(draft)


def _own_words(draft: Draft) -> str:
    """What is left of a reply without the phrases of every reply and the names of those it was passed on to."""
    left = draft.said
    for name in ("template", "passed_on", "empty"):
        left = draft.words.patterns[name].sub("", left)
    left = re.sub(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|uu[0-9]+", "", left)
    return plain(left)


def _telling(written: str, words: Phrases) -> set[str]:
    """The pairs of neighbours that are neither common words nor common signs."""
    for sign in "".join(words.lists["common_signs"]):
        written = written.replace(sign, " ")
    runs = re.findall(r"[a-z0-9\u4e00-\u9fff]+", written)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    common = {
        word[at : at + 2] for word in words.lists["common_words"] for at in range(len(word) - 1)
    }
    return {pair for pair in pairs - common if not pair.isdigit()}


def _has_fact(draft: Draft) -> bool:
    said = _undated(draft.said)
    patterns = draft.words.patterns
    if NUMBERED.search(said) or patterns["done"].search(said):
        return True
    return (
        patterns["facts"].search(said) is not None or patterns["documents"].search(said) is not None
    )


def _undated(said: str) -> str:
    """Without the date at the end, which only says when it was written."""
    return re.sub(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日[^0-9]{0,8}$", "", said.rstrip())


def _no_fact(draft: Draft) -> Iterator[Span]:
    if not _has_fact(draft):
        yield from _whole(draft)


def _promise(draft: Draft) -> Iterator[Span]:
    """A promise in a sentence without condition, date or negation."""
    for sentence in SENTENCE.finditer(draft.said):
        for found in draft.words.patterns["promises"].finditer(sentence[0]):
            rest = sentence[0][: found.start()] + sentence[0][found.end() :]
            if not draft.words.patterns["conditions"].search(rest):
                yield sentence.start() + found.start(), sentence.start() + found.end()


def _personal(draft: Draft) -> Iterator[Span]:
    """Numbers, plates, rooms, accounts; a landline only if it is the caller's, a room only of a house: offices give theirs."""
    for found in personal.find(draft.reply):
        before = draft.said[max(0, found.start - 2) : found.start]
        office = (found.kind == "landline" and not _callers(found, draft)) or (
            found.kind == "room" and OFFICE.search(before)
        )
        if found.kind != "name" and not office:
            yield found.start, found.end


def _callers(found: personal.Found, draft: Draft) -> bool:
    return plain(draft.reply[found.start : found.end]) in plain(draft.demand)


def _copied(draft: Draft) -> Iterator[Span]:
    yield from passages(draft.reply, draft.others, draft.demand, draft.words)


def _other_place(draft: Draft) -> Iterator[Span]:
    """A village or estate where the demand names only others, or a private person whom it does not name."""
    asked, said = places.find(draft.demand), places.find(draft.reply)
    for name in ("village", "estate"):
        mine = [(place, getattr(place.parts, name)) for place in said if getattr(place.parts, name)]
        known = [getattr(place.parts, name) for place in asked if getattr(place.parts, name)]
        if mine and known and not any(_known(value, known, draft) for _, value in mine):
            yield mine[0][0].start, mine[0][0].end
    for found in personal.find(draft.reply):
        before = draft.said[max(0, found.start - CONTACT_NEAR) : found.start]
        if (
            found.kind == "name"
            and not CONTACT.search(before)
            and draft.said[found.start] not in draft.asked
        ):
            yield found.start, found.end


def _known(value: str, known: list[str], draft: Draft) -> bool:
    """Whether the demand has the name, its beginning, or a shorter form of it."""
    name = places.stem(value)
    return name[:2] in draft.asked or any(places.stem(one) in value for one in known)


def _contradiction(draft: Draft) -> Iterator[Span]:
    unsolved = draft.words.patterns["unsolved"].search(draft.said)
    if not unsolved:
        return
    for found in draft.words.patterns["solved"].finditer(draft.said):
        if not NEGATED.search(draft.said[max(0, found.start() - 3) : found.start()]):
            yield found.start(), found.end()
            yield unsolved.start(), unsolved.end()
            return


def _unwritten(draft: Draft) -> Iterator[Span]:
    """What a template left to be written anew."""
    yield from (found.span() for found in BRACES.finditer(draft.reply))


def _listed(name: str) -> Callable[[Draft], Iterator[Span]]:
    def spans(draft: Draft) -> Iterator[Span]:
        for found in draft.words.patterns[name].finditer(draft.said):
            yield found.start(), found.end()

    return spans


CHECKS: Final[dict[str, Callable[[Draft], Iterator[Span]]]] = {
    "short": _short,
    "no_answer": _no_answer,
    "no_fact": _no_fact,
    "promise": _promise,
    "personal": _personal,
    "copied": _copied,
    "other_place": _other_place,
    "contradiction": _contradiction,
    "unwritten": _unwritten,
    "rude": _listed("rude"),
    "blame": _listed("blame"),
}
