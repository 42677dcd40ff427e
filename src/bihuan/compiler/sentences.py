"""Sentences and clauses of a paragraph, with exact spans; quotes and brackets are not cut."""

from __future__ import annotations

import re

from bihuan.compiler.model import Clause

OPENING = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "【": "】", "〔": "〕"}
CLOSING = set(OPENING.values())
SENTENCE_END = "。！？!?；;"
CLAUSE_END = "，,：:"
ENUMERATOR = re.compile(
    r"[ \u3000\t]*(?:[一二三四五六七八九十]{1,3}(?:是|要)|第[一二三四五六七八九十]{1,3}[，,、]|"
    r"[（(][\d一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、](?!\d)|[①-⑳])[ \u3000]*"
)
TRIMMED = " \t\r\n\u3000\u00a0\ufeff。！？!?；;，,：:、-—*"
MAX_QUOTE = 120
# Longer stretches without a comma are no prose; cutting them keeps the time linear.
MAX_CLAUSE = 1000


def clauses(text: str, start: int, end: int) -> tuple[Clause, ...]:
    """The clauses of text[start:end] in order; an unclosed quote ends with its line."""
    found: list[Clause] = []
    sentence, opened, left = 0, start, start
    waiting, since = "", start
    for at in range(start, end):
        char = text[at]
        if at - left >= MAX_CLAUSE:
            _add(found, text, left, at, sentence, opened)
            left, waiting = at, ""
        if waiting:
            if char == waiting or char in "\r\n" or at - since > MAX_QUOTE:
                waiting = ""
            continue
        if char in OPENING:
            closes = text.find(OPENING[char], at + 1, min(end, at + MAX_QUOTE))
            waiting, since = (OPENING[char], at) if closes > 0 else ("", at)
        elif char in SENTENCE_END or (char in CLAUSE_END and not _in_number(text, at, end)):
            _add(found, text, left, at, sentence, opened)
            left = at + 1
            if char in SENTENCE_END:
                sentence, opened = sentence + 1, at + 1
    _add(found, text, left, end, sentence, opened)
    return tuple(found)


def _in_number(text: str, at: int, end: int) -> bool:
    """1,000 and 12:30 are one number."""
    return (
        text[at] in ",:"
        and at > 0
        and text[at - 1].isdecimal()
        and (at + 1 < end and text[at + 1].isdecimal())
    )


def _add(found: list[Clause], text: str, start: int, end: int, sentence: int, opened: int) -> None:
    mark = ENUMERATOR.match(text, start, end) if start <= opened + 1 else None
    start = mark.end() if mark else start
    while start < end and text[start] in TRIMMED:
        start += 1
    while end > start and text[end - 1] in TRIMMED:
        end -= 1
    if start < end:
        found.append(Clause(start, end, sentence))
