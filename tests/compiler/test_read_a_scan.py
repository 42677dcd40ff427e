"""Scans and photographs are read by the OCR, with a box for every character and a note of doubts."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from tests.compiler.typeset import content, pdf, picture, saved

from bihuan.compiler import CompileError, compile_report
from bihuan.compiler.readers import read_document

LINES = [
    (380, 60, "2024年政府工作报告"),
    (148, 160, "一、2024年工作安排"),
    (148, 230, "今年新建幼儿园25所，改扩建学校64所，培训高素质农民"),
    (80, 300, "8000人以上，完成投资5亿元。"),
    (148, 370, "新增公园8个。"),
]
TEXT = [
    "2024年政府工作报告",
    "一、2024年工作安排",
    "今年新建幼儿园25所，改扩建学校64所，培训高素质农民8000人以上，完成投资5亿元。",
    "新增公园8个。",
]


def page() -> Any:
    return picture(LINES, (1050, 900))


def scan_of(image: Any) -> bytes:
    """A PDF that holds nothing but the picture."""
    return saved(image, "PDF", resolution=150)


def merged(*files: bytes) -> bytes:
    import io

    import pypdfium2 as pdfium

    whole = pdfium.PdfDocument.new()
    for data in files:
        whole.import_pages(pdfium.PdfDocument(data))
    buffer = io.BytesIO()
    whole.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "name"),
    [("PNG", "r.png"), ("JPEG", "r.jpg"), ("TIFF", "r.tif"), ("BMP", "r.bmp"), ("WEBP", "r.webp")],
)
def test_a_picture_is_read_in_paragraphs(kind: str, name: str) -> None:
    document = read_document(saved(page(), kind), name)
    assert document.format == "picture"
    assert document.text.split("\n") == TEXT
    assert "ocr" in {note.code for note in document.notes}


def test_a_scanned_pdf_compiles_and_its_words_lie_where_the_ink_is() -> None:
    image = page()
    compiled = compile_report(scan_of(image), "r.pdf")
    found = {c.text: c for c in compiled.commitments}
    assert {"改扩建学校64所", "新增公园8个"} <= set(found)
    clause = found["新增公园8个"]
    [spot] = compiled.document.where(clause.start, clause.end)
    ink = [148 + 34 * n for n in (0, 4)]  # the four characters before the digit
    left, right = (spot.edges[0] * image.width, spot.edges[4] * image.width)
    assert left == pytest.approx(ink[0], abs=14)
    assert right == pytest.approx(ink[1], abs=14)
    assert spot.top * image.height < 385 < 400 < spot.bottom * image.height
    assert "ocr" in {d.code for d in compiled.diagnostics}


def test_each_character_of_a_scan_has_its_own_edges() -> None:
    image = page()
    document = read_document(saved(image, "PNG"), "r.png")
    at = document.text.index("幼儿园")
    [spot] = document.where(at, at + 3)
    expected = [148 + 34 * n + 17 for n in (2, 3, 4)]  # 今年新建: 今 年 | then digits are none
    centres = [(a + b) / 2 * image.width for a, b in zip(spot.edges, spot.edges[1:], strict=False)]
    start = document.text.rindex("今年", 0, at)
    shift = at - start - 2
    assert centres == pytest.approx([x + 34 * shift for x in expected], abs=16)


def test_a_photograph_that_lies_on_its_side_is_read_as_its_exif_says() -> None:
    image = page()
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright
    lying = image.transpose(Image.Transpose.ROTATE_90)
    document = read_document(saved(lying, "JPEG", exif=exif, quality=92), "r.jpg")
    assert document.text.split("\n") == TEXT
    [size] = document.pages
    assert (size.width, size.height) == image.size


def test_a_page_scanned_a_little_askew_is_read_in_order() -> None:
    image = page().rotate(1.5, fillcolor="white", expand=True)
    text = read_document(saved(image, "PNG"), "r.png").text
    assert text.split("\n") == TEXT


def test_a_tiff_may_hold_several_pages_and_progress_is_heard() -> None:
    heard: list[tuple[int, int]] = []
    data = saved(page(), "TIFF", save_all=True, append_images=[page()])
    document = read_document(data, "r.tiff", progress=lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]
    assert {spot.page for spot in document.spots} == {1, 2}


def test_a_scanned_page_among_pages_with_text_is_read_in_its_place() -> None:
    before = pdf([content([(100, 700, "一、2024年工作安排")])])
    after = pdf([content([(100, 700, "新建医院3所。")])])
    document = read_document(merged(before, scan_of(page()), after), "r.pdf")
    lines = document.text.split("\n")
    assert [lines[0], lines[1], lines[-1]] == ["一、2024年工作安排", TEXT[0], "新建医院3所。"]
    assert [d.message_zh for d in document.notes if d.code == "ocr"] == [
        "有 1 页没有文字层，由文字识别读出"
    ]
    assert document.where(len(document.text) - 2, len(document.text))[0].page == 3


def test_a_doubtful_reading_is_said_with_its_place() -> None:
    from PIL import ImageDraw

    image = page()
    pen = ImageDraw.Draw(image)
    for x in range(400, 560, 7):  # struck out
        pen.line((x, 225, x + 9, 275), fill="black", width=2)
    document = read_document(saved(image, "PNG"), "r.png")
    doubts = [note for note in document.notes if note.code == "low-confidence"]
    assert doubts
    for note in doubts:
        [spot, *_] = document.where(note.start, note.end)
        assert 150 < spot.top * image.height < 300
        assert document.text[note.start : note.end] in note.message_zh


def test_a_gap_in_a_line_where_words_could_not_be_seen_is_said_with_its_place() -> None:
    image = page()
    image.paste("white", (400, 220, 740, 290))  # a stain
    document = read_document(saved(image, "PNG"), "r.png")
    [gap] = [note for note in document.notes if note.code == "unread-gap"]
    assert document.text[gap.start : gap.end].startswith("幼儿园2\t")
    assert "unread-gap" not in {
        note.code for note in read_document(saved(page(), "PNG"), "r.png").notes
    }


def test_a_picture_without_text_is_refused_with_what_to_do() -> None:
    with pytest.raises(CompileError) as refused:
        read_document(saved(picture([]), "PNG"), "r.png")
    assert refused.value.code == "no-text-found"


@pytest.mark.parametrize(("kind", "code"), [("PNG", "no-ocr"), ("PDF", "no-text-layer")])
def test_without_the_extra_a_scan_is_refused_and_says_what_to_install(kind: str, code: str) -> None:
    """In a process of its own, where the OCR cannot be imported."""
    program = (
        "import sys; sys.modules['rapidocr'] = None\n"
        "from bihuan.compiler import CompileError\n"
        "from bihuan.compiler.readers import read_document\n"
        "try: read_document(sys.stdin.buffer.read(), sys.argv[1])\n"
        "except CompileError as error: print(error.code)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, f"r.{kind.lower()}"],
        input=saved(page(), kind),
        capture_output=True,
        check=True,
    )
    assert ran.stdout.decode().strip() == code
