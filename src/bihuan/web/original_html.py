"""A government site's page as it was published, made harmless, with the clauses marked on its own words. Reads only."""

from collections.abc import Sequence
from typing import Any

import nh3
from lxml import etree

from bihuan.compiler import Document
from bihuan.compiler.readers.html import TextNode, parse_html, text_nodes
from bihuan.web.highlight import Span, segments
from bihuan.web.original import Marked, spans_by_part

GONE = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "audio",
    "video", "canvas", "form", "input", "button", "select", "textarea", "link", "meta", "base", "img",
}  # fmt: skip
KEPT = {
    "a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "div", "dl", "dt", "em", "figcaption", "figure", "font",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "li", "main", "mark", "nav",
    "ol", "p", "pre", "s", "section", "small", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
STYLES = {"text-align", "text-indent", "font-weight", "display", "visibility"}
OURS = {"class", "id", "data-c", "href", "target", "title"}
# Attributes of the page itself stay away, so nothing on it looks like ours and no link leads anywhere.
CLEANER: dict[str, Any] = {
    "tags": KEPT,
    "clean_content_tags": GONE & {"script", "style", "noscript", "template", "iframe", "object"},
    "attributes": {
        "*": {"style", "align"},
        "a": OURS,
        "mark": OURS,
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    "filter_style_properties": STYLES,
    "link_rel": None,
    "url_schemes": set(),
}


def framed(
    data: bytes, document: Document, marks: Sequence[Marked], query: str, chosen: str
) -> str:
    """The body of the page as harmless HTML; each marked stretch is a link to its clause in a `mark`."""
    tree = parse_html(data)
    spans = spans_by_part(document, marks)
    nodes = [node for node in text_nodes(tree) if node.number in spans]
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name in set(element.attrib) - {"style", "align", "colspan", "rowspan"}:
                del element.attrib[name]
    by_key = {mark.key: mark for mark in marks}
    seen: set[str] = set()
    for node in nodes:
        _wrap(node, spans[node.number], _Marker(by_key, query, chosen, seen))
    body = tree.find(".//body")
    whole = tree if body is None else body
    return str(nh3.clean(etree.tostring(whole, encoding="unicode", method="html"), **CLEANER))


class _Marker:
    """Makes the elements of marks; the first of each clause carries the anchor."""

    def __init__(self, by_key: dict[str, Marked], query: str, chosen: str, seen: set[str]) -> None:
        self._by_key, self._query, self._chosen, self._seen = by_key, query, chosen, seen

    def element(self, key: str, text: str) -> Any:
        """A `mark` with a link in it."""
        mark = self._by_key[key]
        here = " here" if key == self._chosen else ""
        kind = f"c c-{mark.kind} w-{mark.worst or 'none'}{here}"
        outer = etree.Element("mark", {"class": kind, "data-c": key})
        if key not in self._seen:
            outer.set("id", f"o-{key}")
            self._seen.add(key)
        kept = f"{self._query}&" if self._query else ""
        inner = etree.SubElement(outer, "a", {"href": f"../?{kept}c={key}#k-{key}"})
        inner.set("target", "_parent")
        inner.set("title", mark.said)
        inner.text = text
        return outer


def _wrap(node: TextNode, spans: Sequence[Span], marker: _Marker) -> None:
    """Put the marked stretches of a text node into elements, in their places; all characters stay."""
    owner, before = node.owner, None
    parent = owner.getparent() if node.tail else owner
    at = parent.index(owner) + 1 if node.tail else 0
    for segment in segments(node.text, spans):
        if segment.keys:
            before = marker.element(segment.key, segment.text)
            parent.insert(at, before)
            at += 1
        elif before is not None:
            before.tail = segment.text
        elif node.tail:
            owner.tail = segment.text
        else:
            owner.text = segment.text
    first = segments(node.text, spans)[0]
    if first.keys and node.tail:
        owner.tail = None
    elif first.keys:
        owner.text = None
