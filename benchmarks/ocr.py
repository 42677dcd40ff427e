"""How fast and how exactly the OCR reads a scan: a real report, set in type, made noisy and askew.

`python -m benchmarks.ocr` needs the extra `ocr` and the Noto CJK fonts. Every page is A4 with the
body type of an official document (16 pt, 28 pt from line to line), tilted by one degree.
"""

from __future__ import annotations

import argparse
import difflib
import io
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bihuan.compiler.readers import read_document
from bihuan.compiler.readers.ocr import find_engine

REPORT = Path(__file__).resolve().parents[1] / "catalog" / "lvliang" / "reports" / "2023.md"
FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
COLUMNS, ROWS = 27, 22
TILT = 1.0
NOISE = 18.0


def type_pages(text: str) -> Iterator[list[str]]:
    """The lines of each page: paragraphs with an indent of two characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = re.sub(r"^[#*\-> ]+|\*\*|\s+", "", paragraph)
        set_out = "\u3000\u3000" + words if words else ""
        lines += [set_out[at : at + COLUMNS] for at in range(0, len(set_out), COLUMNS)]
    for at in range(0, len(lines), ROWS):
        yield lines[at : at + ROWS]


def scan(lines: list[str], dpi: int, font: Path) -> Any:
    """A grey, noisy and tilted picture of a page."""
    import numpy
    from PIL import Image, ImageDraw, ImageFont

    point = dpi / 72
    page = Image.new("L", (round(595 * point), round(842 * point)), 255)
    letters = ImageFont.truetype(str(font), round(16 * point))
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        draw.text((79 * point, (100 + 28 * number) * point), line, fill=20, font=letters)
    page = page.rotate(TILT, fillcolor=255, resample=Image.Resampling.BICUBIC)
    noise = numpy.random.default_rng(len(lines)).normal(0, NOISE, (page.height, page.width))
    return Image.fromarray(numpy.clip(numpy.asarray(page) + noise, 0, 255).astype("uint8"))


def right_characters(truth: str, read: str) -> int:
    """How many characters of the truth were read, in order; the width of marks is forgiven."""
    forgiven = str.maketrans("，：；！？（）", ",:;!?()")
    matcher = difflib.SequenceMatcher(
        None, truth.translate(forgiven), read.translate(forgiven), autojunk=False
    )
    return sum(block.size for block in matcher.get_matching_blocks())


def measure(pages: list[list[str]], dpi: int, font: Path) -> str:
    """One row of the table."""
    right = whole = extra = 0
    took = 0.0
    for lines in pages:
        buffer = io.BytesIO()
        scan(lines, dpi, font).save(buffer, "PDF", resolution=dpi)
        started = time.perf_counter()
        document = read_document(buffer.getvalue(), "scan.pdf")
        took += time.perf_counter() - started
        truth = re.sub(r"\s", "", "".join(lines))
        read = re.sub(r"\s", "", document.text)
        same = right_characters(truth, read)
        right, whole, extra = right + same, whole + len(truth), extra + len(read) - same
    share = 100 * right / whole
    return f"{font.stem:26} {dpi:4} {len(pages):5} {whole:10} {share:8.2f}% {extra:5} {took / len(pages):9.2f}\n"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="pages to read, from the first")
    chosen = parser.parse_args()
    if find_engine() is None:
        sys.exit("needs the extra: pip install 'bihuan[ocr]'")
    pages = list(type_pages(REPORT.read_text(encoding="utf-8")))[: chosen.pages]
    sys.stdout.write("font                        dpi pages characters    right extra  s a page\n")
    for font in FONTS:
        for dpi in (150, 200):
            sys.stdout.write(measure(pages, dpi, font))
            sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of the process: {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
