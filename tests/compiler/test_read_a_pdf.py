"""A PDF's words are read in the order of a reader, and each stands where the page shows it."""

from __future__ import annotations

import pytest
from tests.compiler.typeset import A4, Line, content, pdf

from bihuan.compiler import compile_report
from bihuan.compiler.model import Document
from bihuan.compiler.readers import read_document

TITLE = "2024年政府工作报告"
LEFT, EM = 91.0, 16.0


def prose(paragraphs: list[str], top: float = 742.0, wide: float = 26) -> list[Line]:
    """Paragraphs with an indent of two characters, set in lines of `wide` ems; digits take half."""
    lines: list[Line] = []
    for text in paragraphs:
        line, room, left = "", wide - 2, LEFT + 2 * EM
        for char in text:
            room -= 0.5 if char.isascii() else 1
            if room < 0:
                lines.append((left, top, line))
                line, room, left, top = "", wide - 1, LEFT, top - 28
            line += char
        lines.append((left, top, line))
        top -= 28
    return lines


def read(*pages: list[Line], extra: str = "") -> Document:
    return read_document(pdf([content(page) for page in pages], extra), "r.pdf")


def test_each_character_has_its_place_on_the_page() -> None:
    document = read([(100, 700, TITLE), (132, 650, "新建幼儿园25所。")])
    at = document.text.index("幼儿园")
    [spot] = document.where(at, at + 3)
    assert (spot.page, spot.part, spot.offset) == (1, 2, 2)
    expected = [(132 + EM * n) / A4[0] for n in range(2, 6)]
    assert spot.edges == pytest.approx(expected, abs=0.003)
    assert spot.top < 1 - 655 / A4[1] < spot.bottom
    assert spot.bottom - spot.top < 1.6 * EM / A4[1]
    digits = document.text.index("25")
    [half] = document.where(digits, digits + 2)
    assert half.edges[-1] - half.edges[0] == pytest.approx(EM / A4[0], abs=0.003)


def test_wrapped_lines_are_joined_over_lines_and_pages_and_paragraphs_are_not() -> None:
    long = (
        "今年新建幼儿园25所，改扩建学校64所，"
        + "培训高素质农民8000人以上，" * 9
        + "完成投资5亿元。"
    )
    short = "新增公园8个。"
    lines = prose([TITLE, "一、2024年工作安排", long, short, long])
    first, second = lines[:9], [(x, 742.0 - 28 * n, t) for n, (x, _, t) in enumerate(lines[9:])]
    document = read(first, second)
    assert document.text.split("\n") == [TITLE, "一、2024年工作安排", long, short, long]


def test_running_heads_feet_and_page_numbers_are_dropped() -> None:
    pages = []
    for number in range(1, 5):
        body = prose([f"第{number}类项目新建幼儿园25所。", "增长5%。"])
        pages.append([(200, 800, "某某市人民政府"), *body, (290, 40, f"— {number} —")])
    document = read(*pages)
    assert "某某市" not in document.text
    assert document.text.count("\n") == 7
    assert "—" not in document.text


def test_a_number_that_stands_alone_in_a_table_is_kept() -> None:
    rows = [("项目", "目标"), ("新建公园", "8"), ("新建学校", "64"), ("新建医院", "3")]
    lines = [
        (x, 600.0 - 30 * n, t)
        for n, row in enumerate(rows)
        for x, t in zip((100, 300), row, strict=False)
    ]
    assert read([(100, 700, TITLE), *lines]).text.split("\n")[1:] == [
        "项目\t目标",
        "新建公园\t8",
        "新建学校\t64",
        "新建医院\t3",
    ]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [f"左栏第{n}行写的是新建幼儿园的事。" for n in "一二三四五六七八"]
    right = [f"右栏第{n}行写的是培训农民的事。" for n in "一二三四五六七八"]
    lines = [(180.0, 760.0, TITLE)]
    for n in range(8):  # drawn across, as some programs do
        lines += [(40.0, 700.0 - 28 * n, left[n]), (320.0, 700.0 - 28 * n, right[n])]
    assert read(lines).text.split("\n") == [TITLE, *left, *right]


def test_lines_drawn_out_of_order_are_read_from_top_to_bottom() -> None:
    assert (
        read([(100, 500, "三。"), (100, 700, "一。"), (100, 600, "二。")]).text
        == "一。\n二。\n三。"
    )


def test_a_rotated_page_gives_places_as_it_is_shown() -> None:
    # A page drawn on its side: the text runs upwards, and /Rotate 90 shows it upright.
    drawn = (
        b"BT /F1 16 Tf 0 1 -1 0 100 132 Tm <%s> Tj ET"
        % "新建幼儿园25所。".encode("utf-16-be").hex().encode()
    )
    document = read_document(pdf([drawn], "/Rotate 90"), "r.pdf")
    assert document.text == "新建幼儿园25所。"
    [page] = document.pages
    assert (page.width, page.height) == (842, 595)
    [spot] = document.where(0, 2)
    assert spot.edges == pytest.approx([(132 + EM * n) / 842 for n in range(3)], abs=0.003)
    assert spot.top < 95 / 595 < spot.bottom


def test_a_cropped_page_gives_places_within_the_crop_and_no_text_outside_it() -> None:
    lines: list[Line] = [(200, 600, "新建幼儿园25所。"), (200, 50, "裁掉的9所。")]
    document = read(lines, extra="/CropBox[100 300 500 700]")
    assert document.text == "新建幼儿园25所。"
    [spot] = document.where(0, 1)
    assert spot.edges == pytest.approx([100 / 400, 116 / 400], abs=0.003)
    assert spot.top < 95 / 400 < spot.bottom


def test_text_under_a_scan_is_read_and_a_slanted_watermark_is_not() -> None:
    hidden = content([(100, 700, "新建幼儿园25所。")], before="3 Tr")
    mark = "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 200 300 Tm <{}> Tj ET".format(
        "内部资料".encode("utf-16-be").hex()
    )
    assert read_document(pdf([hidden + mark.encode()]), "r.pdf").text == "新建幼儿园25所。"


def test_text_set_upwards_on_an_upright_page_is_read_as_a_line_without_edges() -> None:
    side = "0 1 -1 0 100 200 Tm <{}> Tj".format("新建公园8个。".encode("utf-16-be").hex())
    document = read_document(pdf([f"BT /F1 16 Tf {side} ET".encode()]), "r.pdf")
    assert document.text == "新建公园8个。"
    [spot] = document.where(0, 4)
    assert spot.edges == ()
    assert spot.top < 1 - 250 / A4[1] < spot.bottom


def test_bold_by_drawing_twice_is_read_once() -> None:
    twice: list[Line] = []
    for n, char in enumerate("新建公园"):
        twice += [(100 + EM * n, 700, char), (100.4 + EM * n, 700, char)]
    assert read(twice).text == "新建公园"


def test_contents_entries_with_leaders_are_dropped() -> None:
    assert read([(100, 700, "一、工作回顾………………3"), (100, 600, "二、新建公园8个。")]).text == (
        "二、新建公园8个。"
    )


def test_the_spots_lie_in_order_and_hold_the_words_that_were_compiled() -> None:
    long = (
        "今年新建幼儿园25所，改扩建学校64所，"
        + "培训高素质农民8000人以上，" * 4
        + "完成投资5亿元。"
    )
    data = pdf([content(prose([TITLE, "一、2024年工作安排", long]))])
    compiled = compile_report(data, "r.pdf")
    document = compiled.document
    ends = [0, *(spot.end for spot in document.spots)]
    assert all(end <= spot.start for end, spot in zip(ends, document.spots, strict=False))
    for found in compiled.commitments:
        spots = document.where(found.start, found.end)
        assert "".join(document.text[s.start : s.end] for s in spots) == found.text
        assert all(len(s.edges) == s.end - s.start + 1 for s in spots)
        assert all(tuple(sorted(s.edges)) == s.edges for s in spots)


def test_whoever_waits_hears_of_each_page() -> None:
    heard: list[tuple[int, int]] = []
    data = pdf([content([(100, 700, "新建公园8个。")])] * 3)
    read_document(data, "r.pdf", progress=lambda done, pages: heard.append((done, pages)))
    assert heard == [(1, 3), (2, 3), (3, 3)]
