"""PDF: the text layer by page and character box; pages without one go through the OCR."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Diagnostic, Layer, Page
from bihuan.compiler.readers.notes import note
from bihuan.compiler.readers.ocr import Engine, find_engine
from bihuan.compiler.readers.pagelines import Row, reading_order
from bihuan.compiler.readers.pdf_characters import is_readable, page_stretches
from bihuan.compiler.readers.running import drop_running
from bihuan.compiler.readers.wrapping import join_rows

# PDFium is not safe for threads that work at once, in one document or in two.
PDF_LOCK = threading.RLock()
MAX_PAGES = 2000
MAX_OCR_PAGES = 300
DOTS_PER_POINT = 200 / 72
LONGEST_SIDE = 2000
PICTURE_SHARE = 0.5
FEW_CHARACTERS = 30
Progress = Callable[[int, int], None]


@dataclass
class _Found:
    """What one page gave: its rows, and how they were read."""

    rows: list[Row]
    size: Page
    by_ocr: bool = False
    unread: bool = False


def read_pdf(data: bytes, progress: Progress | None = None) -> Layer:
    """The text layer, with page, line and character edges of each stretch."""
    import pypdfium2 as pdfium

    try:
        with PDF_LOCK:
            document = pdfium.PdfDocument(data)
            pages = len(document)
    except pdfium.PdfiumError as error:
        raise _refused(str(error)) from None
    try:
        found = list(_pages(document, min(pages, MAX_PAGES), progress))
    except pdfium.PdfiumError as error:
        raise _refused(str(error)) from None
    finally:
        with PDF_LOCK:
            document.close()
    if not any(page.rows for page in found):
        raise _without_text(found)
    kept = drop_running([page.rows for page in found], [page.size for page in found])
    return join_rows(kept, [page.size for page in found], list(_notes(found, pages)))


def _pages(document: Any, count: int, progress: Progress | None) -> Iterator[_Found]:
    recognised = 0
    for number in range(count):
        found = _text_page(document, number)
        engine = find_engine() if found.unread and recognised < MAX_OCR_PAGES else None
        if engine is not None:
            found = _recognised_page(document, number, found, engine)
            recognised += 1
        if progress is not None:
            progress(number + 1, count)
        yield found


def _text_page(document: Any, number: int) -> _Found:
    """The page's own text; `unread` where a picture must be read instead."""
    with PDF_LOCK:
        page = document[number]
        width, height = page.get_size()
        stretches = page_stretches(page)
        length = sum(len(line.text) for line in stretches)
        readable = is_readable(stretches)
        pictured = length < FEW_CHARACTERS and _picture_share(page) >= PICTURE_SHARE
        empty = not length and not _has_objects(page)
        page.close()
    size = Page(width, height)
    if empty:
        return _Found([], size)
    return _Found(reading_order(stretches, width), size, unread=pictured or not readable)


def _recognised_page(document: Any, number: int, found: _Found, engine: Engine) -> _Found:
    """The page through the OCR; its own few words, if any, where the OCR finds nothing."""
    size = found.size
    longest = max(size.width, size.height, 1.0)
    scale = min(DOTS_PER_POINT, LONGEST_SIDE / longest)
    with PDF_LOCK:
        page = document[number]
        bitmap = page.render(scale=scale, rev_byteorder=True)
        picture = bitmap.to_numpy()[:, :, :3].copy()
        bitmap.close()
        page.close()
    seen = engine.read(picture)
    stretches = [line.scaled(1 / scale) for line in seen.stretches]
    rows = reading_order(stretches, size.width, seen.slope)
    return _Found(rows or found.rows, size, by_ocr=True, unread=not rows)


def _has_objects(page: Any) -> bool:
    return next(iter(page.get_objects(max_depth=1)), None) is not None


def _picture_share(page: Any) -> float:
    """How much of the page the largest picture covers; 1 where there is no text at all to weigh."""
    import pypdfium2.raw as raw

    width, height = page.get_size()
    share = 0.0
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = item.get_bounds()
        share = max(share, (right - left) * (top - bottom) / max(width * height, 1.0))
    return share


def _notes(found: list[_Found], pages: int) -> Iterator[Diagnostic]:
    if recognised := sum(1 for page in found if page.by_ocr):
        yield note("ocr", count=recognised)
    for number, page in enumerate(found, 1):
        if page.unread and not page.rows:
            yield note("page-without-text", words=str(number))
    if pages > len(found):
        yield note("pages-left-out", count=len(found))


def _without_text(found: list[_Found]) -> CompileError:
    if any(page.by_ocr for page in found) or not any(page.unread for page in found):
        return CompileError(
            "no-text-found",
            "PDF 里没有文字：没有文字层，文字识别也没有读出文字。",
            "There is no text in the PDF: no text layer, and the OCR found none.",
            "请检查扫描件是否清楚、方向是否端正，或提供 Word 文件。",
        )
    return CompileError(
        "no-text-layer",
        "PDF 没有文字层(是扫描件),而本机没有安装文字识别(OCR)。",
        "The PDF has no text layer (a scan), and no OCR is installed.",
        "请提供 Word 或可复制文字的 PDF,或先做文字识别。",
    )


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
