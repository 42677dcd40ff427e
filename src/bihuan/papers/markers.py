"""Markers such as {{ lead }} or {{ section | merge }} in the cells of a template sheet. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.papers.errors import N_, PaperError, unknown_marker
from bihuan.papers.values import Value, as_text

MARKER = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*(?:\|\s*(\w+)\s*)?\}\}")
MERGE = "merge"


@dataclass(frozen=True)
class Marked:
    """The text of a template cell with the fields it names; `merges` where equal neighbours become one cell."""

    text: str
    fields: tuple[str, ...]
    merges: bool

    @property
    def whole(self) -> str:
        """The field where the cell holds one marker and nothing else: such a cell keeps the value's type."""
        return self.fields[0] if MARKER.fullmatch(self.text.strip()) else ""

    def filled(self, values: Mapping[str, Value]) -> Value:
        """The cell's value for a row, or for the whole paper."""
        if self.whole:
            return values.get(self.whole)
        return MARKER.sub(lambda found: as_text(values.get(found[1])), self.text).strip()


def marked(text: object, name: str, place: str) -> Marked | None:
    """The markers of a cell; None for a cell without any. A marker that cannot be read is an error."""
    if not isinstance(text, str) or ("{{" not in text and "}}" not in text):
        return None
    rest = MARKER.sub("", text)
    if "{{" in rest or "}}" in rest or "{%" in rest:
        raise PaperError(
            "broken_marker",
            N_("模板“%(name)s”的 %(place)s 处标记写得不完整：“%(marker)s”。"),
            remedy=N_("标记写作 {{ 名称 }}，要合并相同单元格写作 {{ 名称 | merge }}。"),
            params={"name": name, "place": place, "marker": text.strip()[:60]},
        )
    found = list(MARKER.finditer(text))
    for match in found:
        if match[2] not in (None, MERGE):
            raise unknown_marker(name, match[0], place)
    return Marked(text, tuple(m[1] for m in found), any(m[2] for m in found))
