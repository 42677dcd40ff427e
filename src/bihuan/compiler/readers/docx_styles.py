"""What Word's styles say of a paragraph: heading level, contents entry, hidden text, numbering."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bihuan.compiler.readers.docx_runs import is_on, w

HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.I)
TITLE = re.compile(r"(?:title|标题)$", re.I)
CONTENTS = re.compile(r"(?:toc|目录)\s*\d$", re.I)
DEEPEST = 20
BODY_LEVEL = 9


@dataclass(frozen=True)
class Style:
    """Of a paragraph: its level as a heading (0: none), and whether it is an entry of the contents."""

    level: int
    is_contents: bool


class Styles:
    """The styles of one document, inheritance resolved."""

    def __init__(self, document: Any) -> None:
        self._by_id: dict[str, Any] = {}
        self._known: dict[str, Style] = {}
        self._hidden: dict[str, bool] = {}
        self._default = ""
        for element in document.styles.element.iterchildren(w("style")):
            key = element.get(w("styleId")) or ""
            self._by_id.setdefault(key, element)
            if element.get(w("type")) == "paragraph" and element.get(w("default")) in ("1", "true"):
                self._default = key

    def of(self, paragraph: Any) -> Style:
        """The style of a paragraph; its own outline level goes before its style's."""
        properties = paragraph.find(w("pPr"))
        key = self.key_of(paragraph)
        if key not in self._known:
            self._known[key] = self._read(key)
        level = _outline_level(properties)
        known = self._known[key]
        return known if level is None else Style(level, known.is_contents)

    def key_of(self, paragraph: Any) -> str:
        """The id of the paragraph's style."""
        found = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
        return (found.get(w("val")) or "") if found is not None else self._default

    def chain(self, key: str) -> Iterator[Any]:
        """The style and those it is based on, nearest first."""
        for _ in range(DEEPEST):
            element = self._by_id.get(key)
            if element is None:
                return
            yield element
            based = element.find(w("basedOn"))
            key = (based.get(w("val")) or "") if based is not None else ""

    def hides(self, paragraph: Any, run: Any) -> bool:
        """Whether a run is hidden by itself, by its character style or by the paragraph's style."""
        properties = run.find(w("rPr"))
        own = is_on(properties, "vanish")
        if own is not None:
            return own
        style = properties.find(w("rStyle")) if properties is not None else None
        by_run = style is not None and self._style_hides(style.get(w("val")) or "")
        return by_run or self._style_hides(self.key_of(paragraph))

    def _style_hides(self, key: str) -> bool:
        if key not in self._hidden:
            said = (is_on(element.find(w("rPr")), "vanish") for element in self.chain(key))
            self._hidden[key] = bool(next((value for value in said if value is not None), False))
        return self._hidden[key]

    def _read(self, key: str) -> Style:
        level: int | None = None
        contents = False
        for element in self.chain(key):
            name = element.find(w("name"))
            words = (name.get(w("val")) or "") if name is not None else ""
            contents = contents or CONTENTS.match(words) is not None
            if level is None:
                level = _outline_level(element.find(w("pPr")))
            if level is None and (found := HEADING.match(words)):
                level = int(found[1])
            if level is None and TITLE.match(words):
                level = 1
        return Style(level or 0, contents)


def _outline_level(properties: Any) -> int | None:
    """The outline level from 1, 0 where it says body text, None where it says nothing."""
    found = properties.find(w("outlineLvl")) if properties is not None else None
    value = (found.get(w("val")) or "") if found is not None else ""
    if not value.isdecimal():
        return None
    return int(value) + 1 if int(value) < BODY_LEVEL else 0
