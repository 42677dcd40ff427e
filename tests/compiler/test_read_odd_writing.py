"""Traditional characters, full-width digits, spaces and invisible signs change nothing but the spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.compiler import Compilation, compile_report
from bihuan.compiler.normal import normal

PLAIN = "一、2024年工作安排\n新建扩建中小学19所，城镇新增就业1.5万人，农村居民收入增长8.8%以上。\n"


def read(text: str) -> Compilation:
    return compile_report(text.encode(), "2024年政府工作报告.txt")


def said(compiled: Compilation) -> list[tuple[str, str, str, str]]:
    return [
        (str(t.value.normalize()), t.unit, t.bound, t.basis)
        for c in compiled.commitments
        for t in c.targets
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("full-width", PLAIN.translate({48 + n: 0xFF10 + n for n in range(10)} | {46: "．", 37: "％"})),
        ("spaced", PLAIN.replace("19", "1 9").replace("1.5", "1 . 5").replace("8.8%", "8 .8 %")),
        ("zero-width", "\u200b".join(PLAIN)),
        (
            "traditional",
            "一、2024年工作安排\n新建擴建中小學19所，城鎮新增就業1.5萬人，農村居民收入增長8.8%以上。"
            "這個發展為了國學醫藥。\n",
        ),
    ],
)  # fmt: skip
def test_the_same_report_in_another_writing_says_the_same(name: str, text: str) -> None:
    assert said(read(text))[:3] == said(read(PLAIN))


def test_spans_and_words_are_those_of_the_original() -> None:
    text = PLAIN.replace("19", "1 9").replace("1.5", "1 . 5")
    compiled = read(text)
    for c in compiled.commitments:
        assert c.text == text[c.start : c.end]
        for t in c.targets:
            assert c.start <= t.start < t.end <= c.end
    assert "1 9所" in compiled.commitments[0].text


@given(st.text(alphabet="新建1９ .．万\u200b\u202e\r\n學國這個們為。，-", max_size=60))
def test_every_code_point_keeps_its_place(text: str) -> None:
    plain = normal(text)
    places = [plain.back(at) for at in range(len(plain.text))]
    assert places == sorted(set(places))
    assert all(normal(text[at]).text in ("", said) for at, said in zip(places, plain.text, strict=True)
               if text[at] not in "學國這個們為")  # fmt: skip
    assert plain.back(len(plain.text)) == len(text)


def test_a_full_width_comma_between_full_width_digits_groups_them() -> None:
    said_by = said(read("一、2024年工作安排\n确保粮食产量达到３，９８９亿斤，新建学校１９所。\n"))
    assert [(value, unit) for value, unit, _, _ in said_by] == [("3.989E+11", "斤"), ("19", "所")]
