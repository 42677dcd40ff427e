"""Work grows with the length of a text and no faster: lines of our code are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from bihuan.hotline.words import clean, personal, places, reply, sameness

REGIONS = (places.Region("141102", "离石区", ("离石",)),)
WORKS: dict[str, Callable[[str], object]] = {
    "find": personal.find,
    "mask": personal.mask,
    "clean": lambda text: clean.clean(text, 10**6),
    "places": lambda text: places.find(text, REGIONS),
    "reply": lambda text: reply.check("离石区永宁路的路灯不亮", text, (text,)),
    "signature": lambda text: sameness.signature(text),
}
HOSTILE = {
    "digits": "1", "spaced digits": "1 ", "mobiles": "13812345678 ", "numerals": "一三八", "cards": "6222 ",
    "ats": "a@", "letters": "a.", "half an account": "微信:a", "plates": "晋A1", "star": "*1",
    "accounts": "q", "quotes": "《", "articles": "第1", "dashes": "0123-",
    "roads": "永宁路", "no name": "路", "estates": "小区花园", "counties": "离石区", "stops": "在的了",
    "rooms": "3栋2单元", "triples": "1-2-3", "names": "我叫张三、", "titles": "张先生",
    "promises": "保证", "gaps": "不归一", "newlines": "\n ", "joiners": "\u200d", "signs": "，", "marks": "\u0301",
}  # fmt: skip


def _steps(work: Callable[[str], object], text: str) -> int:
    """How many lines of our code run."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if "hotline" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("unit", HOSTILE)
def test_four_times_the_text_takes_about_four_times_the_steps(work: str, unit: str) -> None:
    text = HOSTILE[unit]
    _steps(WORKS[work], text)  # tables are filled once
    short = _steps(WORKS[work], (text * 600)[:600])
    long = _steps(WORKS[work], (text * 2400)[:2400])
    assert long <= 5 * short + 500


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hundred_thousand_hostile_characters_end(work: str, unit: str) -> None:
    """A pattern that tries all ways would not come back from this."""
    text = HOSTILE[unit]
    WORKS[work]((text * 100_000)[:100_000])
