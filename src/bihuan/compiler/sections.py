"""Lines to a tree of headings and paragraphs, with tense and horizon; never one report's layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bihuan.compiler.lines import BARE_RANK, TOPIC_RANK, Line, read_lines
from bihuan.compiler.model import Block, Document, Outline, Section, Tense
from bihuan.compiler.tense import CHAPTER, Flow, is_annex
from bihuan.compiler.years import horizon_of, plan_year, title_of

SALUTATION = re.compile(r"(?:各位|尊敬的).{0,8}(?:代表|委员)")
FIRST_SENTENCE = re.compile(r"[^。！？!?；;：:]{2,45}[。：:]")
TOPIC_SENTENCE = re.compile(r"[^。！？!?；;：:，,、0-9０-９“（(]{4,24}。")
WRAPPED = 34
FRONT_LINES = 60
BODY, OPENING = 1500, 120
HANGS = "《“（(〔、，,"
GOES_ON = "》”）)〕、，,。；;：:"
FRONT_LENGTH = 3000


def outline(document: Document, year: int | None = None) -> Outline:
    """The outline of `document`; `year` overrides the plan year that the text states."""
    lines = list(read_lines(document.text))
    found = year if year is not None else plan_year(document, lines)
    flow = Flow(found, _has_review(document.text, lines))
    flow.planned_from = _planned_from(document.text, lines, flow)
    walk = _Walk(document.text, flow)
    front = _front(document.text, lines)
    for number, line in enumerate(lines):
        if number >= front:
            walk.take(line)
    walk.close()
    title = title_of(document, lines)
    return Outline(title, found, tuple(walk.sections), tuple(walk.blocks))


def _front(text: str, lines: list[Line]) -> int:
    """How many lines stand before the salutation (title, source, page furniture)."""
    for number, line in enumerate(lines[:FRONT_LINES]):
        words = line.words(text)
        if line.start > FRONT_LENGTH or (line.kind == "heading" and 10 <= line.rank <= 30):
            return 0
        if SALUTATION.match(words):
            return number if len(words) > 20 else number + 1
    return 0


def _planned_from(text: str, lines: list[Line], flow: Flow) -> int:
    """Where the last chapter begins whose heading speaks of a plan; 0 if none does."""
    starts = [
        line.start
        for line in lines
        if line.kind == "heading" and flow.explicit(line.words(text), "review") == "plan"
    ]
    return max(starts, default=0)


def _has_review(text: str, lines: list[Line]) -> bool:
    return any(
        line.kind != "text" and re.search("回顾|过去.?年", line.words(text)[:40]) for line in lines
    )


@dataclass
class _Open:
    """A section under way."""

    title: str
    rank: int
    start: int
    tense: Tense | None
    horizon: int | None


@dataclass
class _Walk:
    """Goes down the lines once, keeping the open headings on a stack."""

    text: str
    flow: Flow
    sections: list[Section] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    _stack: list[_Open] = field(default_factory=list)
    _current: int = -1
    _pending: tuple[int, int] | None = None
    _annex: bool = False

    def take(self, line: Line) -> None:
        """Takes the next line."""
        words = line.words(self.text)
        if self._annex or (line.start * 3 > len(self.text) and is_annex(words)):
            self._flush()
            self._annex = True
            return
        if self._continues(line):
            assert self._pending is not None
            self._pending = (self._pending[0], line.end)
            return
        self._flush()
        if line.kind == "heading":
            self._push(line.rank, line.start, line.end)
        elif line.kind == "item" and line.rank < BARE_RANK:
            self._numbered_item(line, words)
        else:
            self._pending = (line.start, line.end)

    def close(self) -> None:
        """Ends the last paragraph and fixes where each section ends."""
        self._flush()
        ends = [section.start for section in self.sections[1:]] + [len(self.text)]
        self.sections = [
            Section(s.path, s.level, s.start, end, s.tense, s.horizon)
            for s, end in zip(self.sections, ends, strict=False)
        ]

    def _continues(self, line: Line) -> bool:
        """Whether the line goes on with a paragraph that was wrapped in mid-sentence."""
        if self._pending is None or line.indented or line.kind == "item" or line.rank < BARE_RANK:
            return False
        start, end = self._pending
        if self.text[end - 1] in HANGS or self.text[line.start] in GOES_ON:
            return True
        last_line = max(self.text.rfind("\n", start, end) + 1, start)
        wrapped = end - last_line >= WRAPPED and self.text[end - 1] not in "。！？!?；;：:”）)"
        return wrapped

    def _numbered_item(self, line: Line, words: str) -> None:
        """A numbered line with a short first sentence carries its heading inline."""
        first = FIRST_SENTENCE.match(words)
        inline = first is not None and len(words) > first.end() + 4 and line.rank <= 55
        if (
            first
            and inline
            and not re.search(r"[0-9０-９一二三四五六七八九十]是|\d", first.group())
        ):
            end = line.start + first.end()
            self._push(line.rank, line.start, end - 1)
            self._pending = (end, line.end)
            return
        self._pending = (line.start, line.end)

    def _push(self, rank: int, start: int, end: int) -> None:
        title = self.text[start:end].strip()
        tense_rank = self.flow.rank(title, rank)
        while self._stack and self._stack[-1].rank >= tense_rank:
            self._stack.pop()
        parent = self._stack[-1] if self._stack else None
        body = self.text[end : end + BODY] if tense_rank <= CHAPTER else ""
        tense = self.flow.heading(title, parent.tense if parent else None, tense_rank, start, body)
        horizon = horizon_of(title, self.flow.year)
        if horizon is None and parent is not None:
            horizon = parent.horizon
        self._stack.append(_Open(title, tense_rank, start, tense, horizon))
        self._record(start, tense)

    def _record(self, start: int, tense: Tense | None, horizon: int | None = None) -> None:
        path = tuple(entry.title for entry in self._stack)
        level = len(path)
        if self._stack and horizon is None:
            horizon = self._stack[-1].horizon
        self.sections.append(Section(path, level, start, start, tense, horizon))
        self._current = len(self.sections) - 1

    def _flush(self) -> None:
        if self._pending is None:
            return
        start, end = self._pending
        self._pending = None
        words = self.text[start : min(end, start + 80)]
        topic = TOPIC_SENTENCE.match(words)
        if topic and end - start > topic.end() + 30 and self._stack:
            self._push(TOPIC_RANK, start, start + topic.end() - 1)
            start += topic.end()
        elif self._stack and self._stack[-1].rank == TOPIC_RANK:
            self._stack.pop()
            self._record(start, self._stack[-1].tense if self._stack else None)
        self._place(start, end)

    def _place(self, start: int, end: int) -> None:
        if self._current < 0:
            self._record(0, self.flow.start())
        section = self.sections[self._current]
        tense = self.flow.paragraph(self.text[start : start + OPENING], section.tense)
        if self.flow.lasting and self._stack:
            self._stack[-1].tense = tense
        if tense != section.tense:
            self._record(start, tense)
        self.blocks.append(Block(start, end, self._current))
        if tense != section.tense and not self.flow.lasting:
            self._record(end, section.tense, section.horizon)
