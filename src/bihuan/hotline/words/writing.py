"""One writing for matching short messages: half-width, simplified, small letters. Nobody is shown it."""

from __future__ import annotations

import re

from bihuan.compiler.normal import TABLE, simplified

LAST_KEPT = 0xFFFF  # what the table remembers: the first plane of Unicode, so that it stays small
NOT_WORDS = re.compile(r"[\W_]+")


class _Writing(dict[int, str]):
    """The table of `str.translate`, filled with each character when it is first met."""

    def __missing__(self, code: int) -> str:
        char = TABLE.get(code) or chr(code)
        char = _WIDE_MARKS.get(char, char).lower()[:1]
        if char > "\u2e7f":
            char = simplified(char)
        if code <= LAST_KEPT:
            self[code] = char
        return char


_WIDE_MARKS = dict(zip("！（），：；？", "!(),:;?", strict=True))
_TABLE = _Writing()


def level(text: str) -> str:
    """`text` code point for code point in one writing: every offset stays true for the original."""
    return text.translate(_TABLE)


def plain(text: str) -> str:
    """What two people would have to type alike: only letters, digits and characters, in one writing."""
    return NOT_WORDS.sub("", level(text))
