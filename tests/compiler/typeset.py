"""Makes small PDF files and pictures of pages for the tests, with known places of every character."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
A4 = (595, 842)
Line = tuple[float, float, str]  # left, baseline from the lower edge, text


def content(lines: Sequence[Line], size: float = 16, before: str = "") -> bytes:
    """The drawing of lines in a font whose Chinese characters are one em wide, digits half an em."""
    drawn = [before, "BT", f"/F1 {size} Tf"]
    for left, base, text in lines:
        drawn.append(f"1 0 0 1 {left} {base} Tm <{text.encode('utf-16-be').hex()}> Tj")
    return "\n".join([*drawn, "ET"]).encode()


def pdf(pages: Sequence[bytes], extra: str = "", media: tuple[int, int] = A4) -> bytes:
    """A PDF of pages of content; `extra` goes into every page's dictionary."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/W[1[500] 2 95 500]"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 5 0 R>>"
    )
    descriptor = (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -120 1000 880]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80>>"
    )
    objects: list[bytes] = [b"", b"", font, descendant, descriptor]
    kids = []
    for drawing in pages:
        packed = zlib.compress(drawing)
        objects.append(
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R%s>>" % (*media, len(objects), extra.encode())
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return _assembled(objects)


def _assembled(objects: Sequence[bytes]) -> bytes:
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return out + table + trailer % (len(objects) + 1, len(out))


def picture(
    lines: Sequence[tuple[int, int, str]], size: tuple[int, int] = (1240, 900), letter: int = 34
) -> Any:
    """A white page with lines at (left, top) in pixels; needs the extra `ocr` and a Chinese font."""
    pytest.importorskip("rapidocr", reason="needs the extra: pip install 'bihuan[ocr]'")
    from PIL import Image, ImageDraw, ImageFont

    if not FONT.exists():
        pytest.skip(f"needs a Chinese font at {FONT}; install fonts-noto-cjk")
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONT), letter)
    for left, top, text in lines:
        draw.text((left, top), text, fill="black", font=font)
    return page


def saved(page: Any, kind: str, **options: Any) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    page.save(buffer, kind, **options)
    return buffer.getvalue()
