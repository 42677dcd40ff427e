"""PDF with a text layer: lines of a page, wrapped lines joined. Scanned pages are refused."""

from __future__ import annotations

import re
from typing import Any

from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Layer, Spot

TERMINAL = "。！？!?；;：:”》)）"
PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第\s*)?\d{1,4}(?:\s*页)?[-—–\s]*")
MAX_PAGES = 2000


def read_pdf(data: bytes) -> Layer:
    """The text layer, with the page of each line."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _refused(str(error)) from None
    try:
        pages = [_page_lines(document, number) for number in range(min(len(document), MAX_PAGES))]
    finally:
        document.close()
    layer = _joined(pages)
    if not layer.text.strip():
        raise CompileError(
            "no-text-layer",
            "PDF 没有文字层(是扫描件),而本机没有安装文字识别(OCR)。",
            "The PDF has no text layer (a scan), and no OCR is installed.",
            "请提供 Word 或可复制文字的 PDF,或先做文字识别。",
        )
    return layer


def _page_lines(document: Any, number: int) -> list[str]:
    page = document[number]
    layer = page.get_textpage()
    raw = str(layer.get_text_range()).replace("\ufffe", "")
    layer.close()
    page.close()
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", raw)]
    return [line for line in lines if line.strip() and not PAGE_NUMBER.fullmatch(line)]


def _joined(pages: list[list[str]]) -> Layer:
    """Joins a line to the next where it is full and stops in mid-sentence, also across pages."""
    lengths = sorted(len(line) for page in pages for line in page)
    full = lengths[int(len(lengths) * 0.75)] * 0.85 if lengths else 0
    parts: list[str] = []
    spots: list[Spot] = []
    offset, open_line = 0, False
    for number, page in enumerate(pages, 1):
        for line in page:
            piece = line.lstrip() if open_line else ("\n" if parts else "") + line
            begin = offset + (piece[:1] == "\n")
            spots.append(Spot(begin, offset + len(piece), page=number))
            parts.append(piece)
            offset += len(piece)
            open_line = len(line) >= full and line[-1] not in TERMINAL
    return Layer("".join(parts), tuple(spots))


def _refused(reason: str) -> CompileError:
    if "assword" in reason:
        return CompileError(
            "encrypted-pdf",
            "PDF 设有密码,无法读取。",
            "The PDF is protected by a password.",
            "请去掉密码后重新导出,或提供 Word 文件。",
        )
    return CompileError(
        "broken-pdf",
        "PDF 文件已损坏,无法打开。",
        "The PDF file is damaged.",
        "请重新导出 PDF,或提供 Word 文件。",
    )
