"""Bytes and a file name in, a document with a text layer out; one module a format."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import PurePath

from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Document, Layer
from bihuan.compiler.readers.docx import read_docx
from bihuan.compiler.readers.docx_package import OLE
from bihuan.compiler.readers.html import read_html
from bihuan.compiler.readers.pdf import read_pdf
from bihuan.compiler.readers.picture import read_picture
from bihuan.compiler.readers.plain import read_plain

MAX_BYTES = 20 * 1024 * 1024

Progress = Callable[[int, int], None]

READERS: dict[str, Callable[[bytes], Layer]] = {
    "markdown": read_plain,
    "text": read_plain,
    "html": read_html,
    "docx": read_docx,
}
PAGED: dict[str, Callable[[bytes, Progress | None], Layer]] = {
    "pdf": read_pdf,
    "picture": read_picture,
}
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    "": "text",
    ".htm": "html",
    ".html": "html",
    ".docx": "docx",
    ".doc": "docx",
    ".wps": "docx",
    ".pdf": "pdf",
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".tif": "picture",
    ".tiff": "picture",
    ".bmp": "picture",
    ".webp": "picture",
}
# How files begin whose name may lie about them.
SIGNS = (
    (b"%PDF-", "pdf"),
    (OLE, "docx"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
)
BLANK = "\ufeff\u3000 \t\r\n\f\v\u00a0"


def read_document(
    data: bytes, name: str, max_bytes: int = MAX_BYTES, progress: Progress | None = None
) -> Document:
    """The document in `data`; `progress` hears (pages read, all of them) where there are pages.

    Raises CompileError for what cannot be read as a report.
    """
    if len(data) > max_bytes:
        raise CompileError(
            "too-large",
            f"文件有 {len(data) / 1048576:.1f} MB,超过上限 {max_bytes / 1048576:.0f} MB。",
            f"The file has {len(data)} bytes; the limit is {max_bytes}.",
            "请只上传报告正文,去掉图片和附件。",
        )
    if not data:
        raise _empty()
    kind = _format(data, name)
    layer = PAGED[kind](data, progress) if kind in PAGED else READERS[kind](data)
    if not layer.text.strip(BLANK):
        raise _empty()
    digest = hashlib.sha256(data).hexdigest()
    return Document(name, kind, layer.text, digest, layer.spots, layer.pages, layer.notes)


def _format(data: bytes, name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    for sign, kind in SIGNS:
        if data.startswith(sign):
            return kind
    if suffix not in SUFFIXES:
        raise CompileError(
            "unknown-format",
            f"不认识的文件类型“{suffix}”。",
            f"Files of type {suffix!r} are not read.",
            "请提供 .md、.txt、.html、.docx、.pdf 或扫描图片（.png .jpg .tif .bmp .webp）。",
        )
    return SUFFIXES[suffix]


def _empty() -> CompileError:
    return CompileError(
        "empty",
        "文件里没有文字。",
        "The file holds no text.",
        "请检查是否选错了文件,或正文是否保存成功。",
    )
