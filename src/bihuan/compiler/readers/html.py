"""HTML: the visible text, one block element a line; headings become Markdown headings."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from bihuan.compiler.model import Layer, Spot
from bihuan.compiler.readers.plain import decode

SKIPPED = {"script", "style", "head", "noscript", "template", "nav", "footer", "button", "select"}
BREAKING = {
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "section", "article", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "main", "dd", "dt", "td", "th", "hr",
}  # fmt: skip
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*(gb[\w-]+)""", re.I)


class _Text(HTMLParser):
    """Collects lines; tolerant of unclosed tags, as the web is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[str, int]] = []
        self._parts: list[str] = []
        self._mark = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self._hidden += 1
        if tag in BREAKING:
            self.flush()
            heading = re.fullmatch(r"h([1-6])", tag)
            self._mark = "#" * int(heading[1]) + " " if heading else self._mark
            self._mark = "- " if tag == "li" else self._mark

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self._hidden = max(0, self._hidden - 1)
        if tag in BREAKING:
            self.flush()
            self._mark = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data)

    def flush(self) -> None:
        """Ends the line under way, if it holds anything."""
        line = re.sub(r"[ \t\r\n\u00a0]+", " ", "".join(self._parts)).strip()
        if line:
            self.lines.append((self._mark + line, self.getpos()[0]))
        self._parts = []


def read_html(data: bytes) -> Layer:
    """The text layer, with the source line of each of its lines."""
    declared = CHARSET.search(data[:4096])
    source = decode(data) if not declared else _declared(data)
    parser = _Text()
    parser.feed(source)
    parser.close()
    parser.flush()
    offset, spots = 0, []
    for line, row in parser.lines:
        spots.append(Spot(offset, offset + len(line), part=row))
        offset += len(line) + 1
    return Layer("\n".join(line for line, _ in parser.lines), tuple(spots))


def _declared(data: bytes) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return decode(data)
