"""DOCX: one paragraph a line; heading styles become Markdown headings. Tables by row."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Layer, Spot

MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 5000
HEADING = re.compile(r"(?:heading|标题)\s*([1-6])", re.I)


def read_docx(data: bytes) -> Layer:
    """The text layer, with the paragraph number of each line."""
    _refuse_bomb(data)
    lines = list(_lines(_open(data)))
    offset, spots = 0, []
    for number, line in enumerate(lines, 1):
        spots.append(Spot(offset, offset + len(line), part=number))
        offset += len(line) + 1
    return Layer("\n".join(lines), tuple(spots))


def _refuse_bomb(data: bytes) -> None:
    """Sizes are read from the directory before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise _broken() from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise CompileError(
            "unpacks-too-large",
            f"DOCX 解压后超过 {MAX_UNPACKED // 1048576} MB,已停止读取。",
            "The DOCX unpacks to more than the limit.",
            "请去掉图片、嵌入对象后另存,或另存为 .txt。",
        )


def _open(data: bytes) -> Any:
    import docx

    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx lets lxml, zip and key errors through
        raise _broken() from error


def _lines(document: Any) -> Iterator[str]:
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                yield "\t".join(cell.text.replace("\n", " ") for cell in row.cells)
            continue
        style = HEADING.match(item.style.name or "") if item.style is not None else None
        mark = "#" * int(style[1]) + " " if style and item.text.strip() else ""
        yield from (mark + part for part in item.text.split("\n"))


def _broken() -> CompileError:
    return CompileError(
        "broken-docx",
        "DOCX 文件已损坏或不是真正的 DOCX(例如 .doc 改名)。",
        "The DOCX file is damaged, or is not a DOCX.",
        "请用 Word 或 WPS 打开后“另存为 .docx”再试。",
    )
