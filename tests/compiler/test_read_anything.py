"""Whatever bytes come, under whatever name, they end in a document or in an error that helps."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.compiler.typeset import content, pdf, picture, saved

from bihuan.compiler import CompileError, compile_report
from bihuan.compiler.model import Document
from bihuan.compiler.readers import SUFFIXES, read_document

TEXT = "2024年政府工作报告\n一、2024年工作安排\n今年新建幼儿园25所，增长5%。\n"
BINARY = ("r.pdf", "r.docx", "r.png", "r.tif", "r.webp")
NAMES = sorted({f"r{suffix}" for suffix in SUFFIXES})
UNHURRIED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def outcome(data: bytes, name: str) -> Document | CompileError:
    """The document, or the error; anything else fails the test that asked."""
    try:
        document = read_document(data, name)
    except CompileError as refused:
        error = refused
    else:
        _is_whole(document)
        return document
    assert error.code
    assert error.message_zh
    assert error.message_en
    assert error.remedy
    return error


def _is_whole(document: Document) -> None:
    """The spots lie in order within the text, and so do the notes."""
    ends = [0, *(spot.end for spot in document.spots)]
    assert all(end <= spot.start for end, spot in zip(ends, document.spots, strict=False))
    assert all(spot.start < spot.end <= len(document.text) for spot in document.spots)
    for note in document.notes:
        assert 0 <= note.start <= note.end <= len(document.text)


@cache
def sound(name: str) -> bytes:
    """A file of the kind, as it should be."""
    if name.endswith(".pdf"):
        return pdf([content([(100, 700 - 30 * n, line) for n, line in enumerate(TEXT.split())])])
    if name.endswith(".docx"):
        import docx

        document = docx.Document()
        document.add_heading("2024年政府工作报告", 1)
        document.add_table(1, 2).rows[0].cells[0].text = "新建公园8个。"
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()
    if name.endswith(".html"):
        lines = "".join(f"<p class=a>{line}" for line in TEXT.split())
        return f"<html><body><div><table><tr><td>{lines}</table>".encode()
    kind = {"png": "PNG", "tif": "TIFF", "webp": "WEBP"}[name.rpartition(".")[2]]
    return saved(picture([(20, 20, "新建公园8个。")], (320, 90)), kind)


@given(st.binary(max_size=400), st.sampled_from(NAMES))
@UNHURRIED
def test_random_bytes_under_any_name_are_read_or_refused(data: bytes, name: str) -> None:
    outcome(data, name)


@pytest.mark.parametrize("sign", [b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"II*\x00"])
@given(st.binary(max_size=200))
@UNHURRIED
def test_random_bytes_after_a_known_beginning_are_refused(sign: bytes, rest: bytes) -> None:
    refused = outcome(sign + rest, "r.docx" if sign.startswith(b"PK") else "r.bin")
    assert isinstance(refused, CompileError)


@pytest.mark.parametrize("name", ["r.pdf", "r.docx", "r.html"])
@given(st.data())
@UNHURRIED
def test_a_file_with_some_bytes_changed_is_read_or_refused(name: str, data: st.DataObject) -> None:
    change_some_bytes(name, data)


@pytest.mark.parametrize("name", ["r.png", "r.tif", "r.webp"])
@given(st.data())
@settings(UNHURRIED, max_examples=10)
def test_a_picture_with_some_bytes_changed_is_read_or_refused(
    name: str, data: st.DataObject
) -> None:
    change_some_bytes(name, data)


def change_some_bytes(name: str, data: st.DataObject) -> None:
    damaged = bytearray(sound(name))
    places = data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=12))
    for place in places:
        damaged[place] = data.draw(st.integers(0, 255))
    outcome(bytes(damaged), name)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_file_cut_off_is_read_or_refused(name: str, share: float) -> None:
    whole = sound(name)
    outcome(whole[: int(len(whole) * share)], name)


@given(st.data())
@UNHURRIED
def test_a_word_file_whose_markup_is_changed_is_read_or_refused(data: st.DataObject) -> None:
    """Changed before it is packed, where a checksum does not find it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sound("r.docx"))) as source,
        zipfile.ZipFile(buffer, "w") as target,
    ):
        chosen = data.draw(st.sampled_from(source.namelist()))
        for name in source.namelist():
            markup = bytearray(source.read(name))
            if name == chosen:
                for _ in range(data.draw(st.integers(1, 6))):
                    place = data.draw(st.integers(0, len(markup) - 1))
                    markup[place : place + data.draw(st.integers(0, 9))] = data.draw(
                        st.sampled_from([b"", b"9", b"<", b"/>", b"-1", b"99999999999", b"w:p"])
                    )
            target.writestr(name, bytes(markup))
    outcome(buffer.getvalue(), "r.docx")


@given(st.text(st.sampled_from("<>/=\"'& pdivtablrbon!-;#x0新建9所。\u3000\n"), max_size=300))
@UNHURRIED
def test_any_soup_of_tags_is_read_or_refused(soup: str) -> None:
    outcome(soup.encode(), "r.html")


@pytest.mark.parametrize("odd", ["\u200b", "\u200f", "\u202e", "\ufeff", "\u2060", "\U00020000"])
def test_marks_that_are_not_seen_stay_in_the_text_and_spans_stay_exact(odd: str) -> None:
    text = TEXT.replace("幼儿", f"幼{odd}儿")
    compiled = compile_report(text.encode(), "r.txt")
    assert compiled.document.text == text
    page = compile_report(f"<p>{text.splitlines()[2]}</p>".encode(), "r.html", year=2024)
    for found in (*compiled.commitments, *page.commitments):
        source = (compiled if found in compiled.commitments else page).document.text
        assert source[found.start : found.end] == found.text
    assert f"幼{odd}儿" in page.document.text


@pytest.mark.parametrize("code", [b"&#xD800;", b"&#0;", b"&#x110000;", b"&bogus;", b"&#x202e;"])
def test_references_to_what_is_no_character_are_read_or_refused(code: bytes) -> None:
    found = outcome(b"<p>" + "新建".encode() + code + "9所。</p>".encode(), "r.html")
    assert isinstance(found, Document)
    found.text.encode()  # holds no lone half of a character


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    pytest.importorskip("rapidocr", reason="needs the extra: pip install 'bihuan[ocr]'")
    from PIL import Image

    for side in (9_000, 10_000, 14_000):  # below and above where Pillow warns, and where it stops
        data = saved(Image.new("1", (side, side)), "TIFF", compression="group4")
        found = outcome(data, "r.tif")
        assert isinstance(found, CompileError)
        assert found.code == "picture-too-large"


def test_a_page_as_large_as_a_field_is_read() -> None:
    data = pdf([content([(100, 700, "新建公园8个。")])], media=(14_400, 14_400))
    found = outcome(data, "r.pdf")
    assert isinstance(found, Document)
    assert found.text == "新建公园8个。"


def test_a_page_of_many_thousand_characters_piled_up_is_read_or_refused() -> None:
    outcome(pdf([content([(100, 700, "所" * 20_000), (100, 700, "建" * 20_000)])]), "r.pdf")


def test_a_page_of_specks_of_text_is_read_or_refused() -> None:
    """Thousands of tiny signs side by side on one line, none of them a neighbour of the one before."""
    specks = [(float(n * 37 % 5000) / 10 + 40, 700.0, "所") for n in range(5000)]
    outcome(pdf([content(specks, size=0.02)]), "r.pdf")


def test_many_lines_within_many_blocks_are_read() -> None:
    page = "<div>" * 1500 + "<p>新建公园8个。</p>" * 20_000
    found = outcome(page.encode(), "r.html")
    assert isinstance(found, Document)
    assert found.text.count("\n") == 19_999
