"""What the columns and values of other systems' tables are called (表格导入的栏名和写法): the catalog's file."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from pydantic import Field

from bihuan.hotline.knowledge_files import read_model
from bihuan.kernel.catalog.files import Words
from bihuan.kernel.catalog.layers import file_of
from bihuan.kernel.errors import N_, CatalogError, CatalogProblem, Refusal
from bihuan.kernel.matters.fields import Frozen

FILE = "hotline/table.yaml"
MARKS = re.compile(r"[\s()（）:：*_\-/、]+")
Column = Literal[
    "number", "told_at", "title", "content", "wish", "kind", "category", "place", "address", "lat", "lon", "identity",
    "name", "phone", "mail", "home",
]  # fmt: skip
Valued = Literal["kind", "identity"]


class TableWords(Frozen):
    """hotline/table.yaml."""

    columns: Mapping[Column, Words] = Field(description="栏名: field → headings that mean it")
    values: Mapping[Valued, Mapping[str, Words]] = Field(
        description="写法: field → value of the form → how it is written"
    )
    usual: Mapping[Valued, str] = Field(
        description="通常值: what counts where the table has no such column"
    )

    def column_of(self, heading: str) -> str:
        """The field that a heading means; empty for none."""
        plain = squeezed(heading)
        return next((f for f, said in self.columns.items() if plain in map(squeezed, said)), "")

    def value_of(self, field: Valued, text: str) -> str:
        """The form's value for what a cell says; empty where nobody knows it."""
        plain = squeezed(text)
        known = self.values.get(field, {})
        return next((v for v, said in known.items() if plain in (v, *map(squeezed, said))), "")

    def known(self, field: Valued) -> str:
        """What may be written, for people."""
        return "、".join(said[0] for said in self.values.get(field, {}).values() if said)


def squeezed(text: str) -> str:
    """Text as headings are compared: one width, small letters, no blanks and no brackets."""
    return MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()


def table_words() -> TableWords:
    """The catalog's words; a Refusal in a city that has none."""
    home = Path(settings.BIHUAN_CATALOG)
    try:
        stamp = file_of(home, FILE).stat().st_mtime_ns
    except OSError:
        raise Refusal(
            "no_table_words",
            N_("本市的目录没有写明表格的栏名（hotline/table.yaml），不能导入表格。"),
            remedy=N_("请系统管理员在目录中补上。"),
        ) from None
    return _read(home, stamp)


@lru_cache(maxsize=2)
def _read(home: Path, stamp: int) -> TableWords:
    return read_model(home, FILE, TableWords)[0]


def check_table_words(catalog: Path) -> tuple[CatalogProblem, ...]:
    """Every mistake of the file, and each heading that means two fields."""
    if not file_of(catalog, FILE).exists():
        return ()
    try:
        words, source = read_model(catalog, FILE, TableWords)
    except CatalogError as error:
        return error.problems
    seen: dict[str, str] = {}
    problems = []
    for field, said in words.columns.items():
        for at, heading in enumerate(said):
            other = seen.setdefault(squeezed(heading), field)
            if other != field:
                message = (
                    f"栏名“{heading}”已用于 {other}（this heading means another field already）"
                )
                problems.append(source.problem(("columns", field, at), message))
    return tuple(problems)
