"""Hints on a reply before it is sent. Demands and replies are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.hotline.words.reply import check

DEMAND = "离石区滨河街道龙凤小区3号楼的暖气不热，供热公司一直不来维修，请求解决。"
GOOD = (
    "您好！经现场核实，龙凤小区3号楼因管道老化供热不足。供热公司已于11月3日更换阀门两处，目前室温达到20度，"
    "如仍有问题请拨打抢修电话0358-8220000。"
)


def _codes(reply: str, others: tuple[str, ...] = (), demand: str = DEMAND) -> set[str]:
    return {hint.code for hint in check(demand, reply, others)}


def _marked(code: str, reply: str, others: tuple[str, ...] = ()) -> list[str]:
    return [
        reply[hint.start : hint.end] for hint in check(DEMAND, reply, others) if hint.code == code
    ]


def test_a_reply_that_answers_with_facts_has_no_hint() -> None:
    assert check(DEMAND, GOOD) == ()


@pytest.mark.parametrize(
    "reply",
    [
        "您好，您反映的问题已转有关部门处理，请耐心等待。",
        "网友您好！您的留言已收悉，感谢您对我们工作的关心与支持！2019年7月11日",
        "您好，我单位正在积极协调办理，请您耐心等待。",
        "感谢来电，公交线路调整方案由交通部门于下月公布，请留意站牌。",
    ],
)
def test_passing_on_or_talking_of_something_else_is_no_answer(reply: str) -> None:
    assert "no_answer" in _codes(reply)


def test_a_passed_on_reply_with_a_result_is_an_answer() -> None:
    assert "no_answer" not in _codes("已转供热公司。" + GOOD)


def test_a_reply_without_a_fact_is_told() -> None:
    assert "no_fact" in _codes("您好，关于暖气不热的情况，我们会认真对待，努力做好供热保障。")
    assert "no_fact" not in _codes(GOOD)


def test_the_date_of_the_letter_is_no_fact() -> None:
    assert "no_fact" in _codes("您好，暖气不热的问题我们会认真对待，努力做好保障。2024年1月5日")


@pytest.mark.parametrize(
    ("reply", "promises"),
    [
        (
            "龙凤小区的暖气，我们保证马上解决，今后绝不会再发生。",
            ["保证马上解决", "绝不会"],
        ),
        ("暖气问题将全部解决。", ["全部解决"]),
        ("计划12月底前全部解决暖气问题。", []),
        ("管道老化，目前无法保证马上解决。", []),
        ("缴费基数为平均工资的100%。", []),
    ],
)
def test_a_promise_without_condition_is_marked(reply: str, promises: list[str]) -> None:
    assert _marked("promise", reply) == promises


def test_personal_data_is_marked_and_the_office_number_is_not() -> None:
    reply = GOOD + "已与业主13812345678联系，其住3号楼2单元501室。"
    assert _marked("personal", reply) == ["13812345678", "501"]


def test_the_room_of_an_office_is_no_personal_data() -> None:
    assert _marked("personal", "请到政务大厅3楼302室办理。") == []


def test_the_landline_of_the_caller_is_personal() -> None:
    demand = DEMAND + "我家电话0358-8220000。"
    assert "personal" in _codes(GOOD, demand=demand)


def test_a_passage_of_another_reply_is_marked_where_it_stands() -> None:
    other = "关于凤山苑：" + GOOD.replace("！", "! ").replace("龙凤小区", "凤山苑")
    (passage,) = _marked("copied", GOOD, (other,))
    assert passage.startswith("3号楼因管道老化")
    assert "copied" not in _codes(GOOD)


def test_a_common_phrase_is_not_copied() -> None:
    phrase = "您好！您反映的问题已收悉，现将有关情况回复如下：感谢您对我们工作的理解与支持，欢迎您继续监督，祝您生活愉快。"
    assert _marked("copied", phrase, (phrase,)) == []


def test_what_both_replies_quote_from_the_demand_is_not_copied() -> None:
    quoted = f"您反映“{DEMAND}{DEMAND}”"
    assert _marked("copied", quoted, (quoted,)) == []


def test_another_place_or_person_is_marked() -> None:
    reply = "经查，凤山苑的阀门已更换，业主张三丰先生表示满意。"
    assert _marked("other_place", reply) == ["凤山苑", "张三丰"]


def test_solved_and_still_being_worked_on_is_a_contradiction() -> None:
    reply = "龙凤小区暖气问题已解决，目前供热公司正在协调换管。"
    assert _marked("contradiction", reply) == ["已解决", "正在协调"]
    assert _marked("contradiction", "问题尚未得到解决，正在协调。") == []


def test_blame_and_rude_words_are_marked() -> None:
    reply = "这事不归我们管，你去找物业，不要无理取闹。"
    assert _marked("blame", reply) == ["不归我们管", "你去找"]
    assert _marked("rude", reply) == ["无理取闹"]


def test_a_very_short_reply_is_told() -> None:
    assert "short" in _codes("已处理。")


def test_width_and_traditional_characters_do_not_hide_a_phrase() -> None:
    assert _marked("rude", "請不要無理取鬧") == ["無理取鬧"]


def test_every_hint_speaks_both_languages_and_has_a_severity() -> None:
    for hint in check(DEMAND, "不归我们管，保证马上解决。13812345678"):
        assert hint.message != hint.message_en
        assert hint.severity in ("stop", "warn", "note")


@given(st.text(max_size=200), st.text(max_size=200), st.lists(st.text(max_size=100), max_size=2))
def test_marks_lie_inside_the_reply(demand: str, reply: str, others: list[str]) -> None:
    for hint in check(demand, reply, others):
        assert 0 <= hint.start <= hint.end <= len(reply)
