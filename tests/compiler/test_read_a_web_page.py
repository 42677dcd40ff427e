"""Of a government site's page the article is read, whole and alone, traced to its text nodes."""

from __future__ import annotations

import pytest

from bihuan.compiler import CompileError, compile_report
from bihuan.compiler.readers import read_document
from bihuan.compiler.readers.html import parse_html, text_nodes

TITLE = "2024年政府工作报告"
BODY = [
    "各位代表：",
    "现在，我代表市人民政府，向大会报告工作，请予审议，并请列席人员提出意见。",
    "一、2024年工作安排",
    "新建幼儿园25所，改扩建学校64所。",
    "培训高素质农民8000人以上，完成投资5亿元。",
]
NAV = (
    '<div class="header"><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li></ul></div>'
    '<div>您现在的位置：<a href="/">首页</a> &gt; <a href="/b">政府工作报告</a></div>'
)
INFO = (
    '<div class="info">发布时间：2024-02-01 10:20　来源：市政府办公室　浏览次数：<span>123</span>　'
    "字号：[ <a href='#'>大</a> 中 小 ]</div><div class='share'>分享到：<a href='#'>微信</a></div>"
)
FOOT = (
    '<div class="related"><h3>相关链接</h3><ul><li><a href="/c">一图读懂：新建幼儿园250所，'
    "改扩建学校640所</a></li></ul></div><p>上一篇：<a href='/d'>2023年政府工作报告</a></p>"
    '<div class="footer">主办：某某市人民政府办公室　版权所有　ICP备12345678号</div>'
)


def site(body: str, head: str = '<meta charset="utf-8">', title: str = f"<h1>{TITLE}</h1>") -> str:
    return (
        f"<!DOCTYPE html><html><head>{head}<title>{TITLE}_某某市人民政府</title>"
        f"<script>var a='新建9所。';</script></head><body>{NAV}{title}{INFO}"
        f'<div class="TRS_Editor">{body}</div>{FOOT}</body></html>'
    )


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>　　{text}</p>" for text in texts)


def lines(page: str, encoding: str = "utf-8") -> list[str]:
    text = read_document(page.encode(encoding), "r.html").text
    return [line.strip("\u3000 ") for line in text.split("\n")]


def test_the_article_is_read_and_the_furniture_is_not() -> None:
    assert lines(site(paragraphs(BODY))) == [f"# {TITLE}", *BODY]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-8", "utf-8"),
        ("utf-8", "gb18030"),  # sites say one thing and send another
        ("gb2312", "utf-8-sig"),
        ("big5", "big5"),
    ],
)
def test_the_characters_are_read_as_declared_or_as_they_are(declared: str, encoding: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    if encoding == "big5":
        page = f"<html><head>{meta}</head><body><p>新建學校9所。</p></body></html>"
        assert lines(page, "big5") == ["新建學校9所。"]
        return
    assert lines(site(paragraphs(BODY), meta), encoding)[1:] == BODY


def test_paragraphs_parted_by_breaks_and_tags_never_closed_are_read() -> None:
    body = "<P>" + "<br>　　".join(BODY[:3]) + f"<P><FONT size=4>{BODY[3]}<p><b>{BODY[4]}"
    assert lines(site(body))[1:] == BODY


def test_the_body_is_never_lost_however_the_page_is_cut() -> None:
    halves = paragraphs(BODY[:3]) + "</div><div class='TRS_Editor'>" + paragraphs(BODY[3:])
    assert lines(site(halves))[1:] == BODY
    table = "<table><tr><td>导航</td><td>" + paragraphs(BODY) + "</td></tr></table>"
    assert set(BODY) <= set(lines(site(table)))
    named_badly = f'<div class="nav share footer">{paragraphs(BODY)}</div>'
    assert set(BODY) <= set(lines(site(named_badly)))
    alone = f"<p>{BODY[3]}</p>"
    assert lines(alone) == [BODY[3]]


def test_bold_lines_are_headings_and_so_are_heading_tags() -> None:
    body = (
        paragraphs(BODY)
        + "<h3>着力稳增长</h3><p>完成投资6亿元，新建公园8个。</p>"
        + "<p><strong>　　着力办好民生实事，让群众满意</strong></p><p>新建医院3所，新建公园9个。</p>"
        + '<p><span style="font-weight:bold">（一）教育</span></p><p>新建学校4所，新建公园7个。</p>'
        + "<p><b>一是强产业。</b>新建园区2个，新建公园6个。</p>"
    )
    found = lines(site(body))
    assert "### 着力稳增长" in found
    assert "**着力办好民生实事，让群众满意**" in found
    assert "（一）教育" in found
    assert "一是强产业。新建园区2个，新建公园6个。" in found


def test_hidden_elements_scripts_and_comments_are_dropped_and_entities_read() -> None:
    body = (
        paragraphs(BODY)
        + '<div style="display: none">新建9所。</div><p hidden>新建8所。</p><!-- 新建7所。 -->'
        + "<style>p{}</style><p>培训&ldquo;三农&rdquo;人员&#50;000人，增长&nbsp;5%。</p>"
        + "<p>新建\n公园\n8个，改建<em>2</em>个。</p>"
    )
    text = "\n".join(lines(site(body)))
    assert "新建9所" not in text
    assert "新建8所" not in text
    assert "新建7所" not in text
    assert "培训“三农”人员2000人，增长\u00a05%。" in text
    assert "新建公园8个，改建2个。" in text


def test_a_table_of_short_cells_is_read_by_row_and_said() -> None:
    table = (
        "<table><tr><th>项目</th><th>目标</th></tr><tr><td>新建公园</td><td>8个</td></tr>"
        "<tr><td>新建医院</td><td>3所</td></tr></table>"
    )
    document = read_document(
        site(paragraphs(BODY) + table + paragraphs(BODY[3:])).encode(), "r.html"
    )
    assert "新建公园\t8个\n新建医院\t3所" in document.text
    assert "tables-read" in {note.code for note in document.notes}


def test_the_title_of_the_window_serves_where_the_page_shows_none() -> None:
    assert lines(site(paragraphs(BODY), title=""))[0] == f"{TITLE}_某某市人民政府"


def test_each_spot_names_the_text_node_and_the_place_in_it() -> None:
    body = (
        "".join(f"<p>　　{text[:4]}<b>{text[4:9]}</b>{text[9:]}</p>" for text in BODY)
        + "<p>新建  公园\n8个 。<!-- x -->改建&amp;9个<br/>尾</p><pre>一、安排\n新建3所。</pre>"
    )
    data = site(body).encode()
    nodes = {node.number: node.text for node in text_nodes(parse_html(data))}
    assert list(nodes) == list(range(1, len(nodes) + 1))
    document = read_document(data, "r.html")
    for spot in document.spots:
        end = spot.offset + spot.end - spot.start
        assert nodes[spot.part][spot.offset : end] == document.text[spot.start : spot.end]
    placed = "".join(document.text[s.start : s.end] for s in document.spots)
    assert "".join(BODY).replace("　", "") in placed.replace("　", "").replace("\n", "")


def test_a_page_of_a_site_compiles_to_the_same_as_its_text() -> None:
    page = compile_report(site(paragraphs(BODY)).encode("gb18030"), "r.html")
    text = compile_report("\n".join([TITLE, *BODY]).encode(), "r.txt")
    assert [(c.text, c.tense) for c in page.commitments] == [
        (c.text, c.tense) for c in text.commitments
    ]
    assert page.year == text.year == 2024


@pytest.mark.parametrize("depth", [300, 1500])
def test_tags_nested_deeper_than_any_site_are_still_read(depth: int) -> None:
    page = "<div>" * depth + f"<p>{BODY[3]}</p>" + "</div>" * depth
    assert lines(page) == [BODY[3]]


def test_inline_tags_that_are_never_closed_do_not_hide_the_text() -> None:
    assert len(lines("<p><font color=red><b>新建公园8个，新建学校3所。" * 30000)) == 30000


def test_a_page_nested_beyond_all_measure_is_refused() -> None:
    with pytest.raises(CompileError) as refused:
        read_document(("<div>" * 100_000 + BODY[3]).encode(), "r.html")
    assert refused.value.code == "nested-too-deeply"


@pytest.mark.parametrize(
    "page",
    ["<html></html>", "<p></p>", "<!-- x -->", "<script>a</script>", "<?xml version='1.0'?>", "<"],
)
def test_a_page_without_text_is_refused(page: str) -> None:
    if page == "<":
        assert read_document(page.encode(), "r.html").text == "<"
        return
    with pytest.raises(CompileError) as refused:
        read_document(page.encode(), "r.html")
    assert refused.value.code == "empty"
