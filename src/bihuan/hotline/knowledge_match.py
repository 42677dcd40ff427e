"""Whether and where a word stands in an article, by writing, by sound or nearly, and what that is worth. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bihuan.hotline.knowledge_tokens import NO_SOUND, level

TITLE, KEYWORDS, ANSWER = 40.0, 25.0, 10.0
BEGINS, WHOLE = 15.0, 40.0  # added where a title begins with the word, is the word
SYNONYM, SOUND, NEARLY = 0.9, 0.8, 0.5


@dataclass(frozen=True)
class Asked:
    """A word that was asked for: as typed, with its synonyms; `letters` where it may be pinyin, `sounds` by ear."""

    word: str
    variants: tuple[str, ...]
    letters: str = ""
    sounds: tuple[str, ...] = ()
    may_be_mistyped: bool = False


@dataclass(frozen=True)
class Text:
    """What is looked at of an article, folded; sounds stand one for each character."""

    title: str
    keywords: str
    answer: str
    title_sounds: tuple[str, ...] = ()
    keyword_sounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """How well a word was found, and as which writing."""

    score: float
    written: str


def match(asked: Asked, text: Text) -> Match | None:
    """The best way in which a word is found in an article; None where it is not."""
    return max(_ways(asked, text), key=lambda way: way.score, default=None)


def _ways(asked: Asked, text: Text) -> Iterator[Match]:
    for variant in asked.variants:
        factor = 1.0 if variant == asked.word else SYNONYM
        if variant in text.title:
            more = WHOLE if variant == text.title else BEGINS * text.title.startswith(variant)
            covered = 10.0 * len(variant) / len(text.title)
            yield Match((TITLE + more + covered) * factor, variant)
        elif variant in text.keywords:
            more = BEGINS if variant in text.keywords.split() else 0.0
            yield Match((KEYWORDS + more) * factor, variant)
        elif variant in text.answer:
            yield Match(ANSWER * factor, variant)
    for place, sounds, worth in (
        (text.title, text.title_sounds, TITLE),
        (text.keywords, text.keyword_sounds, KEYWORDS),
    ):
        for start, end in _heard(asked, sounds):
            begins = BEGINS if start == 0 else 0.0
            yield Match((worth + begins) * SOUND, place[start:end])
        if asked.may_be_mistyped and (near := nearest(asked.word, place)):
            yield Match(worth * NEARLY, near)


def _heard(asked: Asked, sounds: Sequence[str]) -> Iterator[tuple[int, int]]:
    if asked.letters:
        yield from by_initials(asked.letters, sounds)
        yield from by_pinyin(asked.letters, sounds)
    if size := len(asked.sounds):
        for start in range(len(sounds) - size + 1):
            if tuple(sounds[start : start + size]) == asked.sounds:
                yield start, start + size


def by_initials(letters: str, sounds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the initials of a text run as the letters do: [start, end) in characters."""
    initials = "".join(" " if s == NO_SOUND else s[0] for s in sounds)
    start = initials.find(letters) if len(letters) > 1 else -1
    if start >= 0:
        yield start, start + len(letters)


def by_pinyin(letters: str, sounds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the full pinyin of a text, from a syllable on, begins as the letters do: [start, end) in characters."""
    if len(letters) < 3:
        return
    for start, first in enumerate(sounds):
        if first == NO_SOUND or not (letters.startswith(first) or first.startswith(letters)):
            continue
        run, end = "", start
        while len(run) < len(letters) and end < len(sounds) and sounds[end] != NO_SOUND:
            run, end = run + sounds[end], end + 1
        if run.startswith(letters):
            yield start, end
            return


def nearest(word: str, text: str) -> str:
    """The stretch of a text that differs from the word by one character, changed, missing or too many; else empty."""
    for size in (len(word), len(word) + 1, len(word) - 1):
        for start in range(len(text) - size + 1):
            stretch = text[start : start + size]
            if is_near(word, stretch):
                return stretch
    return ""


def is_near(one: str, other: str) -> bool:
    """True where at most one character is to be changed, added or taken away."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    if len(one) == len(other):
        return one[same + 1 :] == other[same + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[same + 1 :] == shorter[same:]


def cut(text: str, words: Iterable[str], size: int = 90) -> str:
    """A stretch of a text around the first of the words that stands in it; its beginning where none does."""
    found = [place for word in words if (place := level(text).find(word)) >= 0]
    start = max(0, min(found, default=0) - size // 3)
    start = 0 if start < 12 else start
    before, after = "…" if start else "", "…" if start + size < len(text) else ""
    return before + text[start : start + size].replace("\n", " ") + after


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is one of the words; joined, they give the text back."""
    low = level(text)
    is_hit = [False] * len(text)
    for word in filter(None, words):
        start = low.find(word)
        while start >= 0:
            is_hit[start : start + len(word)] = [True] * len(word)
            start = low.find(word, start + 1)
    pieces: list[tuple[str, bool]] = []
    for letter, hit in zip(text, is_hit, strict=True):
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + letter, hit)
        else:
            pieces.append((letter, hit))
    return pieces
