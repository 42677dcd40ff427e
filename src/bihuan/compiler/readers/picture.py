"""Pictures of pages (scans, photographs) through the OCR, upright as their EXIF says."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from bihuan.compiler.errors import CompileError
from bihuan.compiler.model import Layer, Page
from bihuan.compiler.readers.notes import note
from bihuan.compiler.readers.ocr import Engine, find_engine
from bihuan.compiler.readers.pagelines import Row, reading_order
from bihuan.compiler.readers.running import drop_running
from bihuan.compiler.readers.wrapping import join_rows

MAX_PIXELS = 80_000_000
MAX_FRAMES = 300
LONGEST_SIDE = 2000
SHORTEST_SIDE = 16
Progress = Callable[[int, int], None]


def read_picture(data: bytes, progress: Progress | None = None) -> Layer:
    """The text layer of a picture; a TIFF may hold several pages."""
    engine = find_engine()
    if engine is None:
        raise CompileError(
            "no-ocr",
            "图片要经文字识别才能读取，而本机没有安装文字识别(OCR)。",
            "A picture needs OCR, and no OCR is installed.",
            "请安装 ocr 附加包（pip install 'bihuan[ocr]'），或提供 Word、可复制文字的 PDF。",
        )
    pages: list[list[Row]] = []
    sizes: list[Page] = []
    unread = []
    for number, (picture, count) in enumerate(_frames(data), 1):
        rows = _read(picture, engine)
        pages.append(rows)
        sizes.append(Page(*picture.size))
        if not rows:
            unread.append(note("page-without-text", words=str(number)))
        if progress is not None:
            progress(number, count)
    if not any(pages):
        raise CompileError(
            "no-text-found",
            "图片里没有识别出文字。",
            "The OCR found no text in the picture.",
            "请检查图片是否清楚、方向是否端正，或提供 Word 文件。",
        )
    kept = drop_running(pages, sizes)
    return join_rows(kept, sizes, [note("ocr", count=len(pages) - len(unread)), *unread])


def _frames(data: bytes) -> Iterator[tuple[Any, int]]:
    """Each page as an upright RGB picture, and how many there are."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            count = min(getattr(picture, "n_frames", 1), MAX_FRAMES)
            count = count if picture.format in ("TIFF", "MPO") else 1
            for number in range(count):
                picture.seek(number)
                yield _upright(picture), count
    except CompileError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Exception as error:  # Pillow's decoders raise whatever the format led them to
        raise CompileError(
            "broken-picture",
            "图片文件已损坏或格式不支持，无法打开。",
            "The picture is damaged or of an unknown kind.",
            "请另存为 .png 或 .jpg 再试。",
        ) from error


def _upright(picture: Any) -> Any:
    from PIL import Image, ImageOps

    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large()
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in ("RGBA", "LA", "P", "PA"):  # what is transparent is paper
        layered = turned.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        turned = Image.alpha_composite(paper, layered)
    return turned.convert("RGB")


def _read(picture: Any, engine: Engine) -> list[Row]:
    import numpy

    if min(picture.size) < SHORTEST_SIDE:
        return []
    scale = min(1.0, LONGEST_SIDE / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size) if scale < 1 else picture
    seen = engine.read(numpy.asarray(small))
    stretches = [line.scaled(1 / scale) for line in seen.stretches]
    return reading_order(stretches, picture.width, seen.slope)


def _too_large() -> CompileError:
    return CompileError(
        "picture-too-large",
        f"图片超过 {MAX_PIXELS // 1_000_000} 百万像素，已停止读取。",
        "The picture has too many pixels.",
        "请以 200 dpi 重新扫描，或缩小图片后再试。",
    )
