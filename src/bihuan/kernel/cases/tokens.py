"""Search tokens (查找): pairs of neighbouring characters, so that any Chinese substring is found without a dictionary. Pure.

A text is folded (NFKC, lower case) and cut into runs of letters, digits and Chinese characters. A run gives each pair of
neighbours and its last character alone, so that every character begins some token: two characters or more are found by
their pairs, one character by the beginning of a token. What shares all pairs without holding the words is sifted out by
the reader of the index.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable

RUN = re.compile(r"\w+")
LONGEST = 2000  # characters of one text that are indexed


def folded(text: str) -> str:
    """The form in which texts are compared."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens_of(texts: Iterable[str]) -> list[str]:
    """The tokens of several texts, sorted, each once."""
    found: set[str] = set()
    for text in texts:
        for run in RUN.findall(folded(text[:LONGEST])):
            found.update(map("".join, itertools.pairwise(run)))
            found.add(run[-1])
    return sorted(found)


def document_of(texts: Iterable[str], marks: Iterable[str] = ()) -> str:
    """The tokens of several texts, and marks as they are, as the text of a tsvector."""
    return " ".join(_quoted(token) for token in (*tokens_of(texts), *marks))


def query_of(words: str) -> str:
    """The tsquery that every text with these words fits; empty where nothing can be searched."""
    terms: dict[str, None] = {}
    for run in RUN.findall(folded(words)):
        if len(run) == 1:
            terms[f"{_quoted(run)}:*"] = None
        terms.update((_quoted(a + b), None) for a, b in itertools.pairwise(run))
    return " & ".join(terms)


def mark_of(field: str, value: str) -> str:
    """The mark of a value that lists filter by."""
    return f"={field}:{value}"


def query_of_marks(marks: Iterable[str]) -> str:
    """The tsquery that fits whatever has one of the marks."""
    return f"({' | '.join(map(_quoted, marks))})"


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
