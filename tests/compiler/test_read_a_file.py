"""Every format gives the same commitments, and every bad file a message that helps."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from bihuan.compiler import CompileError, compile_report
from bihuan.compiler.readers import MAX_BYTES, read_document

BODY = "2024年政府工作报告\n一、2024年工作安排\n新建幼儿园25所，改扩建学校64所。\n"


def texts(data: bytes, name: str) -> list[str]:
    return [c.text for c in compile_report(data, name).commitments]


def test_utf8_with_and_without_a_mark_and_gb18030_say_the_same() -> None:
    expected = ["新建幼儿园25所", "改扩建学校64所"]
    assert texts(BODY.encode(), "r.txt") == expected
    assert texts(BODY.encode("utf-8-sig"), "r.txt") == expected
    assert texts(BODY.encode("gb18030"), "r.txt") == expected


def test_a_byte_order_mark_and_windows_line_ends_keep_their_place_in_the_spans() -> None:
    source = "\ufeff" + BODY.replace("\n", "\r\n")
    compiled = compile_report(source.encode(), "r.md")
    assert compiled.document.text == source
    assert [source[c.start : c.end] for c in compiled.commitments] == [
        c.text for c in compiled.commitments
    ]


def test_html_headings_and_paragraphs_are_read_and_scripts_are_not() -> None:
    page = (
        "<html><head><title>x</title><script>var a='新建9所';</script></head><body>"
        "<h1>2024年政府工作报告</h1><h2>一、2024年工作安排</h2>"
        "<p>新建幼儿园25所，改扩建学校64所。</p></body></html>"
    )
    compiled = compile_report(page.encode(), "r.html")
    assert [c.text for c in compiled.commitments] == ["新建幼儿园25所", "改扩建学校64所"]
    assert compiled.document.format == "html"
    assert compiled.document.locate(0) == "paragraph 3"  # the third text node of the page


def test_a_page_that_declares_gb2312_is_decoded_so() -> None:
    page = f'<meta charset="gb2312"><p>{BODY}</p><p>新建幼儿园25所。</p>'
    assert "新建幼儿园25所" in texts(page.encode("gb18030"), "r.htm")


def test_docx_styles_become_headings_and_tables_are_read(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("2024年政府工作报告", 1)
    document.add_heading("2024年工作安排", 2)
    document.add_paragraph("新建幼儿园25所，改扩建学校64所。")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text = "新建公园8个。"
    document.save(str(tmp_path / "r.docx"))
    compiled = compile_report((tmp_path / "r.docx").read_bytes(), "r.docx")
    assert [c.text for c in compiled.commitments] == [
        "新建幼儿园25所",
        "改扩建学校64所",
        "新建公园8个",
    ]
    assert compiled.commitments[0].section == ("2024年政府工作报告", "2024年工作安排")
    assert compiled.document.locate(compiled.commitments[0].start) == "paragraph 3"


def test_a_pdf_with_a_text_layer_is_read_by_page(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs chromium to print a PDF; install it to run this test")
    page, pdf = tmp_path / "r.html", tmp_path / "r.pdf"
    body = BODY.replace("\n", "</p><p>")
    page.write_text(f"<meta charset=utf-8><p>{body}</p>", encoding="utf-8")
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={pdf}",
            "--no-pdf-header-footer",
            str(page),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    compiled = compile_report(pdf.read_bytes(), "r.pdf")
    assert [c.text for c in compiled.commitments] == ["新建幼儿园25所", "改扩建学校64所"]
    assert compiled.document.locate(compiled.commitments[0].start) == "page 1"


def bare_pdf(extra: bytes = b"") -> bytes:
    """The smallest PDF of one empty page; `extra` goes into the trailer."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Filter/Standard/V 1/R 2/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">/P -4>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n"
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 5/Root 1 0 R" + extra + b">>\n"
    return out + table + trailer + b"startxref\n%d\n%%%%EOF" % len(out)


def zipped(name: str, size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return buffer.getvalue()


BAD = {
    "empty": (b"", "r.md"),
    "blank": ("\n \u3000\r\n".encode(), "r.md"),
    "binary": (bytes(range(256)) * 40, "r.md"),
    "neither-utf8-nor-gb18030": (b"\xff\xff\x81 \xff" * 20, "r.txt"),
    "nul": (b"abc\x00def" * 20, "r.txt"),
    "too-large": (b"a" * (MAX_BYTES + 1), "r.txt"),
    "exe": (b"MZ", "r.exe"),
    "not-a-docx": (b"PK nonsense", "r.docx"),
    "docx-without-parts": (zipped("a.txt", 10), "r.docx"),
    "zip-bomb": (zipped("word/document.xml", 300 * 1024 * 1024), "r.docx"),
    "broken-pdf": (b"%PDF-1.7 nonsense", "r.pdf"),
    "blank-pdf": (bare_pdf(), "r.pdf"),
    "encrypted-pdf": (bare_pdf(b"/Encrypt 4 0 R/ID[<11><11>]"), "r.pdf"),
}
CODES = {
    "empty": "empty",
    "blank": "empty",
    "binary": "not-text",
    "neither-utf8-nor-gb18030": "not-text",
    "nul": "not-text",
    "too-large": "too-large",
    "exe": "unknown-format",
    "not-a-docx": "broken-docx",
    "docx-without-parts": "broken-docx",
    "zip-bomb": "unpacks-too-large",
    "broken-pdf": "broken-pdf",
    "blank-pdf": "no-text-found",
    "encrypted-pdf": "encrypted-pdf",
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_what_to_do_instead(case: str) -> None:
    data, name = BAD[case]
    with pytest.raises(CompileError) as refused:
        compile_report(data, name)
    assert refused.value.code == CODES[case]
    assert refused.value.message_zh
    assert refused.value.message_en
    assert refused.value.remedy


def test_the_size_limit_can_be_set() -> None:
    with pytest.raises(CompileError, match="上限"):
        read_document(b"abc" * 10, "r.txt", max_bytes=20)


def test_a_report_without_headings_still_compiles() -> None:
    compiled = compile_report("今年新建幼儿园25所。".encode(), "r.txt", year=2024)
    assert [str(t.value) for c in compiled.commitments for t in c.targets] == ["25"]
    assert "no-headings" in {d.code for d in compiled.diagnostics}


def test_a_file_of_digits_compiles_to_nothing() -> None:
    assert compile_report(b"1234567890\n" * 50, "r.txt").commitments == ()


def test_full_width_digits_are_numbers() -> None:
    compiled = compile_report("今年新建幼儿园２５所，增长３．５％。".encode(), "r.txt", year=2024)
    assert [str(t.value) for c in compiled.commitments for t in c.targets] == ["25", "3.5"]
