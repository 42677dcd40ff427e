"""How instants, amounts and names read."""

from datetime import datetime

import pytest
from django.utils.translation import override

from bihuan.web.due import say_clock
from bihuan.web.templatetags.shown import amount, day, short_day, unit_name
from tests.cast import ZONE

NOW = datetime(2023, 6, 28, 9, 0, tzinfo=ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("due", "said", "tone"),
    [
        ((6, 30, 17, 30), "还剩 2 个工作日 (周五 17:30)", "calm"),
        ((6, 28, 17, 30), "还剩 8 小时 (今天 17:30)", "soon"),
        ((6, 28, 9, 20), "还剩 20 分钟 (今天 09:20)", "soon"),
        ((6, 29, 9, 0), "还剩 1 个工作日 (明天 09:00)", "soon"),
        ((7, 10, 18, 0), "还剩 8 个工作日 (7月10日 18:00)", "calm"),
        ((12, 31, 23, 59), "还剩 186 天 (12月31日)", "calm"),
        ((6, 28, 8, 30), "已超期 30 分钟", "late"),
        ((6, 28, 6, 0), "已超期 3 小时", "late"),
        ((6, 25, 9, 0), "已超期 3 天", "late"),
    ],
)
def test_a_clock_is_said_as_people_say_it(
    due: tuple[int, int, int, int], said: str, tone: str
) -> None:
    clock = say_clock(datetime(2023, *due, tzinfo=ZONE), NOW)
    assert (str(clock), clock.tone) == (said, tone)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        ("1200", "1,200", "1,200"), ("12800", "1.28万", "12,800"), ("3.50", "3.5", "3.5"),
        ("268000000000", "2,680亿", "268,000,000,000"), (None, "", ""), ("若干", "若干", "若干"),
        ("0", "0", "0"), ("-35000", "-3.5万", "-35,000"),
    ],
)  # fmt: skip
def test_amounts_read_as_people_say_them(value: object, chinese: str, english: str) -> None:
    assert amount(value) == chinese
    with override("en"):
        assert amount(value) == english


def test_days_read_in_prose_and_in_tables() -> None:
    assert day("2023-06-30") == "2023年6月30日"
    assert short_day("2023-06-30") == "2023-06-30"
    assert day("") == ""
    with override("en"):
        assert day("2023-06-30") == "30 June 2023"


def test_a_code_reads_as_its_name() -> None:
    assert unit_name("ll-edu") == "市教育局"
    assert unit_name("gone") == "gone"
    assert unit_name(None) == ""
