"""The visible lines of a parsed web page, as a browser would break them; nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SKIPPED = {
    "script", "style", "noscript", "template", "button", "select", "option", "textarea",
    "iframe", "object", "svg", "math", "audio", "video", "canvas", "map", "rt", "rp",
}  # fmt: skip
BLOCKS = {
    "p", "div", "li", "ul", "ol", "tr", "table", "tbody", "thead", "tfoot", "section", "article",
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "nav", "aside", "main",
    "dl", "dd", "dt", "td", "th", "hr", "form", "fieldset", "figure", "figcaption", "address",
    "center", "caption", "pre", "body", "html", "title", "label",
}  # fmt: skip
BOLD = {"b", "strong"}
HIDDEN = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]))", re.I
)
HEAVY = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
SPACES = re.compile(r"[ \t\r\n\f]+|[^ \t\r\n\f]+")
EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]")
FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav|menu|breadcrumbs?|crumbs?|share|bdshare\w*|related|foot|footer|sidebar|aside|"
    r"pager|pagination|toolbar|copyright|search|login|banner|header|top|location|position|weizhi|"
    r"dqwz|fenxiang|xgxw|tools?|links?|friendlink|qrcode|ewm|print|fontsize)(?:$|[-_\s\d])",
    re.I,
)
LONGEST_CELL = 40
DEEPEST_FURNITURE = 8


@dataclass(frozen=True)
class Piece:
    """Characters of a line; `part` is their text node, 0 for what the reader put in."""

    text: str
    part: int = 0
    offset: int = 0


@dataclass(eq=False)
class WebLine:
    """One line: its pieces, the block that holds it, and what a judge of articles must know."""

    pieces: list[Piece]
    block: Any
    furniture: tuple[Any, ...]
    linked: int
    bold: bool
    mark: str = ""
    closing: str = ""
    cell: Any = None
    in_head: bool = False
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = "".join(piece.text for piece in self.pieces)

    def trim(self) -> None:
        """Drops the blanks before the first and after the last word."""
        while self.pieces and not self.pieces[0].text.strip():
            self.pieces.pop(0)
        while self.pieces and not self.pieces[-1].text.strip():
            self.pieces.pop()
        if self.pieces:
            first = self.pieces[0]
            blank = len(first.text) - len(first.text.lstrip())
            self.pieces[0] = Piece(first.text[blank:], first.part, first.offset + blank)
            last = self.pieces[-1]
            self.pieces[-1] = Piece(last.text.rstrip(), last.part, last.offset)
        self.__post_init__()


def collect_lines(steps: Iterable[tuple[str, Any, int]]) -> tuple[list[WebLine], int]:
    """The lines in order, and how many tables were read by row."""
    collector = _Collector()
    for step, element, number in steps:
        if step == "open":
            collector.open(element)
        elif step == "close":
            collector.close(element)
        elif step == "text":
            collector.take(str(element.text), number)
        else:
            collector.take(str(element.tail), number)
    collector.flush()
    return collector.lines, len(collector.tables)


class _Collector:
    """Goes down the page once, with what is open on stacks."""

    def __init__(self) -> None:
        self.lines: list[WebLine] = []
        self.tables: set[Any] = set()
        self._pieces: list[Piece] = []
        self._space: Piece | None = None
        self._counts = {"linked": 0, "bold": 0, "all": 0}
        self._blocks: list[Any] = []
        self._furniture: list[Any] = []
        self._cells: list[Any] = []
        self._rows: list[tuple[Any, int]] = []
        self._open = {"hidden": 0, "bold": 0, "link": 0, "pre": 0, "head": 0}
        self._effects: list[tuple[str, ...]] = []
        self._mark = ""

    def open(self, element: Any) -> None:
        tag = _tag(element)
        effects = _effects(element, tag)
        for effect in effects:
            self._open[effect] += 1
        self._effects.append(effects)
        if tag == "br":
            self.flush()
        if tag not in BLOCKS:
            return
        self.flush()
        self._blocks.append(element)
        if _is_furniture(element, tag) and len(self._furniture) < DEEPEST_FURNITURE:
            self._furniture.append(element)
        if tag in ("td", "th"):
            self._cells.append(element)
        elif tag == "tr":
            self._rows.append((element, len(self.lines)))
        self._mark = _mark(tag) or self._mark

    def close(self, element: Any) -> None:
        tag = _tag(element)
        if tag in BLOCKS:
            self.flush()
            self._mark = ""
            self._close_block(element, tag)
        for effect in self._effects.pop():
            self._open[effect] -= 1

    def _close_block(self, element: Any, tag: str) -> None:
        self._blocks.pop()
        if self._furniture and self._furniture[-1] is element:
            self._furniture.pop()
        if tag in ("td", "th"):
            self._cells.pop()
        elif tag == "tr":
            _, begun = self._rows.pop()
            self._join_row(element, begun)

    def take(self, text: str, number: int) -> None:
        """Takes a text node."""
        if self._open["hidden"]:
            return
        if self._open["pre"]:
            self._take_pre(text, number)
            return
        for match in SPACES.finditer(text):
            if match[0][0] in " \t\r\n\f":
                self._take_space(match[0], number, match.start())
            else:
                self._take_word(match[0], number, match.start())

    def _take_pre(self, text: str, number: int) -> None:
        for match in re.finditer(r"\n|[^\n]+", text):
            if match[0] == "\n":
                self.flush()
            else:
                self._take_word(match[0], number, match.start())

    def _take_space(self, run: str, number: int, offset: int) -> None:
        if self._space is None and self._pieces:
            plain = run[0] == " "
            broken = "\n" in run or "\r" in run
            self._space = Piece(" ", number if plain else 0, -1 if broken else offset)

    def _take_word(self, word: str, number: int, offset: int) -> None:
        if self._space is not None:
            broken = self._space.offset < 0
            before = self._pieces[-1].text[-1]
            between = EAST_ASIAN.match(before) or EAST_ASIAN.match(word)
            if not (broken and between):
                self._pieces.append(Piece(" ") if broken else self._space)
            self._space = None
        self._pieces.append(Piece(word, number, offset))
        length = len(word.strip())
        self._counts["all"] += length
        self._counts["linked"] += length if self._open["link"] else 0
        self._counts["bold"] += length if self._open["bold"] else 0

    def flush(self) -> None:
        """Ends the line under way, if it holds anything."""
        if any(piece.text.strip() for piece in self._pieces):
            counts = self._counts
            line = WebLine(
                self._pieces,
                self._blocks[-1] if self._blocks else None,
                tuple(self._furniture),
                counts["linked"],
                counts["bold"] == counts["all"],
                self._mark,
                cell=self._cells[-1] if self._cells else None,
                in_head=self._open["head"] > 0,
            )
            self.lines.append(line)
            self._mark = "" if self._mark == "- " else self._mark
        self._pieces, self._space = [], None
        self._counts = {"linked": 0, "bold": 0, "all": 0}

    def _join_row(self, row: Any, begun: int) -> None:
        """Makes one line of a row whose cells are one short line each."""
        cells = self.lines[begun:]
        short = all(line.cell is not None and len(line.text) <= LONGEST_CELL for line in cells)
        if len(cells) < 2 or not short or len({id(line.cell) for line in cells}) < len(cells):
            return
        pieces: list[Piece] = []
        for line in cells:
            pieces += ([Piece("\t")] if pieces else []) + line.pieces
        linked = sum(line.linked for line in cells)
        bold = all(line.bold for line in cells)
        joined = WebLine(pieces, row, cells[0].furniture, linked, bold)
        joined.cell = self._cells[-1] if self._cells else None
        self.lines[begun:] = [joined]
        if sum(any(char.isdigit() for char in line.text) for line in cells):
            self.tables.add(row.getparent())


def _tag(element: Any) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _effects(element: Any, tag: str) -> tuple[str, ...]:
    """What holds for all text within the element."""
    style = element.get("style") or ""
    found = []
    if tag in SKIPPED or element.get("hidden") is not None or HIDDEN.search(style):
        found.append("hidden")
    if tag in BOLD or HEAVY.search(style):
        found.append("bold")
    if tag == "a" and element.get("href") is not None:
        found.append("link")
    if tag in ("pre", "head"):
        found.append(tag)
    return tuple(found)


def _is_furniture(element: Any, tag: str) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return tag in ("nav", "footer", "aside") or FURNITURE.search(names) is not None


def _mark(tag: str) -> str:
    if re.fullmatch(r"h[1-6]", tag):
        return "#" * int(tag[1]) + " "
    return "- " if tag == "li" else ""
