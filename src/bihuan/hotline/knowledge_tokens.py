"""Tokens of the knowledge base: pairs of characters, and pinyin by initials and in full (拼音首字母、全拼). Pure.

Beside the kernel's pairs (`kernel.cases.tokens`), which find any Chinese substring, a run of Chinese characters gives
pairs of its initials (`~yl ~lb ~bx`), triples of letters of its full pinyin (`=yil =ili …`), and for each syllable the
triple with which the rest of the run begins (`^yil ^lia ^bao`), so that pinyin is found from a syllable's start on. No
token of a text begins with these marks. A pronunciation is chosen by pypinyin from the words around it (银行 yinhang).
"""

import itertools
import re
from collections.abc import Iterable, Sequence

from pypinyin import lazy_pinyin

from bihuan.kernel.cases.tokens import RUN, folded, query_of, tokens_of

HAN = re.compile(r"[㐀-鿿]+")
NO_SOUND = "_"
LATIN = re.compile(r"[a-z]+")
LONGEST_SOUND = 24  # letters of a query that are looked up


def sounds_of(text: str) -> tuple[str, ...]:
    """One syllable for each character; what is no Chinese character stands as `_`."""
    found: list[str] = []
    for run in HAN.finditer(text):
        found += [NO_SOUND] * (run.start() - len(found))
        syllables = lazy_pinyin(run.group())
        if len(syllables) != len(run.group()):  # one of them is unknown: each by itself
            syllables = [lazy_pinyin(letter)[0] for letter in run.group()]
        found += [s if LATIN.fullmatch(s) else NO_SOUND for s in syllables]
    return (*found, *[NO_SOUND] * (len(text) - len(found)))


def runs_of(sounds: Sequence[str]) -> list[list[str]]:
    """The stretches that have a sound."""
    return [
        list(group)
        for is_silent, group in itertools.groupby(sounds, lambda s: s == NO_SOUND)
        if not is_silent
    ]


def sound_tokens(sounds: Sequence[str]) -> set[str]:
    """Tokens by which a text is found from its pinyin."""
    found: set[str] = set()
    for run in runs_of(sounds):
        initials = "".join(s[0] for s in run)
        found.update("~" + a + b for a, b in itertools.pairwise(initials))
        whole = "".join(run)
        found.update("=" + whole[i : i + 3] for i in range(len(whole) - 2))
        start = 0
        for syllable in run:
            found.add("^" + whole[start : start + 3])
            start += len(syllable)
    return found


def heads_of(texts: Iterable[str], sounds: Iterable[Sequence[str]]) -> set[str]:
    """Tokens of title and keywords, by writing and by sound."""
    return set(tokens_of(texts)).union(*map(sound_tokens, sounds))


def vector_of(tokens: Iterable[str]) -> str:
    """Tokens as the text of a tsvector."""
    return " ".join(quoted(token) for token in sorted(tokens))


def quoted(lexeme: str) -> str:
    """A lexeme as tsvector and tsquery read it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def written(word: str) -> str:
    """The tsquery of texts in which the word stands."""
    return query_of(word)


def initialled(letters: str) -> str:
    """The tsquery of texts whose pinyin initials run so; empty below two letters."""
    pairs = ["~" + a + b for a, b in itertools.pairwise(letters[:LONGEST_SOUND])]
    return " & ".join(map(quoted, pairs))


def sounding(letters: str) -> str:
    """The tsquery of texts whose pinyin runs so from a syllable on; empty below three letters."""
    letters = letters[:LONGEST_SOUND]
    if len(letters) < 3:
        return ""
    triples = ["=" + letters[i : i + 3] for i in range(1, len(letters) - 2)]
    return " & ".join(map(quoted, ["^" + letters[:3], *triples]))


def nearly(word: str) -> str:
    """The tsquery of texts that hold the word but for one character that was mistyped; empty where that is too little."""
    found = []
    for place in range(len(word)):
        parts = [part for part in (word[:place], word[place + 1 :]) if part]
        if sum(map(len, parts)) >= 2:
            found.append(" & ".join(filter(None, map(query_of, parts))))
    return either(found)


def either(queries: Iterable[str]) -> str:
    """Any of several tsqueries."""
    kept = list(dict.fromkeys(filter(None, queries)))
    return " | ".join(f"({query})" for query in kept)


def both(queries: Iterable[str]) -> str:
    """All of several tsqueries."""
    return " & ".join(f"({query})" for query in queries if query)


def level(text: str) -> str:
    """A text folded character by character, so that places in it are places in the text."""
    return "".join(f if len(f := folded(letter)) == 1 else letter for letter in text)


def words_in(text: str) -> list[str]:
    """The words of what somebody typed, folded."""
    return RUN.findall(folded(text))
