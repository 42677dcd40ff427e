"""HTML as government sites publish it: the article's own lines, each traced to its text nodes.

The parsed tree is the common ground: `parse_html` gives the same tree for the same bytes, and
`text_nodes` numbers its text nodes in document order from 1. A spot's `part` is that number and its
`offset` the code point within the node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree
from lxml import html as lxml_html

from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Layer
from bihuan.compiler.readers.article import Article, find_article
from bihuan.compiler.readers.layering import LayerBuilder
from bihuan.compiler.readers.notes import note
from bihuan.compiler.readers.plain import decode
from bihuan.compiler.readers.weblines import collect_lines

CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.I)
INLINE_TAG = re.compile(r"</?(?:font|span|b|strong|i|em|u|a|big|small|center|o:p)\b[^<>]*>", re.I)
XML_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
Step = Literal["open", "close", "text", "tail"]


@dataclass(frozen=True)
class TextNode:
    """One text node of the tree: the `text` of its owner, or the text that follows it (`tail`)."""

    number: int
    owner: Any
    tail: bool

    @property
    def text(self) -> str:
        """The characters of the node."""
        return str(self.owner.tail if self.tail else self.owner.text)


def read_html(data: bytes) -> Layer:
    """The text layer of the page's article; a spot a stretch of a text node."""
    lines, tables = collect_lines(walk(parse_html(data)))
    return _layer(find_article(lines), tables)


def parse_html(data: bytes) -> Any:
    """The root element of the page; raises CompileError for what no parser can hold."""
    source = XML_DECLARATION.sub("", _decoded(data))
    tree = _parsed(source)
    if tree is None:
        tree = _parsed(INLINE_TAG.sub("", source))
    if tree is None:
        raise CompileError(
            "nested-too-deeply",
            "网页的标签层层嵌套过深，无法读取。",
            "The page nests its tags too deeply to be read.",
            "请在浏览器中打开网页，复制正文，粘贴后另存为文本再试。",
        )
    return tree


def walk(tree: Any) -> Iterator[tuple[Step, Any, int]]:
    """The tree in document order: elements opening and closing, and the numbered text nodes."""
    number = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            yield "open", element, 0
            if element.text:
                number += 1
                yield "text", element, number
            continue
        if event == "end":
            yield "close", element, 0
        if element.tail:
            number += 1
            yield "tail", element, number


def text_nodes(tree: Any) -> Iterator[TextNode]:
    """Every text node of the tree that `parse_html` gives, in document order, numbered from 1."""
    for step, element, number in walk(tree):
        if number:
            yield TextNode(number, element, step == "tail")


def _decoded(data: bytes) -> str:
    found = CHARSET.search(data[:4096])
    name = found[1].decode("ascii", "replace").lower() if found else ""
    encoding = "gb18030" if name.startswith("gb") else "big5" if name.startswith("big5") else ""
    if encoding and not data.startswith(b"\xef\xbb\xbf"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            return decode(data)
        if "\x00" not in text:
            return text
    return decode(data)


def _parsed(source: str) -> Any:
    """The tree, or None where the parser gave up, which it tells by an error that is fatal."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):  # nothing but comments, or nothing at all
        tree = lxml_html.Element("html")
    fatal = any(entry.level_name == "FATAL" for entry in parser.error_log)
    return None if fatal else tree


def _layer(article: Article, tables: int) -> Layer:
    builder = LayerBuilder()
    for line in article.lines:
        builder.break_line()
        builder.own(line.mark)
        for piece in line.pieces:
            if piece.part:
                builder.keep(piece.text, part=piece.part, offset=piece.offset)
            else:
                builder.own(piece.text)
        builder.own(line.closing)
    notes = [note("tables-read", count=tables)] if tables else []
    return builder.layer(notes=notes)
