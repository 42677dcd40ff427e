"""Personal data in free text: found where it is, masked so that nothing is found again. All people and numbers are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.hotline.words.personal import find, mask

PIECES = st.sampled_from(
    [
        "138", "1381", "12345678", "13812345678", "0358", "8223456", "一三八", "1", "５", "12345", "86", "+",
        " ", "-", "(", ")", "—", "，", "、", "。", "\n", "*", "***", "😀", "\u200b", "x", "v", "@",
        "我叫", "本人", "联系人：", "李四", "张三丰", "欧阳", "先生", "女士", "的", "订单号", "元", "转", "tel",
        "微信", "QQ", "qq:", "abc_1234", "a.b", "qq.com", "晋A", "D12345", "3栋", "2单元", "501", "室", "号楼",
        "12-3-401", "身份证", "11010519491231002X", "卡号", "6222020000000000123",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80)


def _seen(text: str) -> list[tuple[str, str]]:
    return [(found.kind, text[found.start : found.end]) for found in find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("电话13812345678谢谢", "mobile", "13812345678"),
        ("电话138 1234 5678", "mobile", "138 1234 5678"),
        ("电话138-1234-5678。", "mobile", "138-1234-5678"),
        ("电话１３８１２３４５６７８", "mobile", "１３８１２３４５６７８"),
        ("打一三八一二三四五六七八找我", "mobile", "一三八一二三四五六七八"),
        ("打幺三八 幺二三四 五六七八", "mobile", "幺三八 幺二三四 五六七八"),
        ("1 3 8 1 2 3 4 5 6 7 8", "mobile", "1 3 8 1 2 3 4 5 6 7 8"),
        ("+8613812345678", "mobile", "8613812345678"),
        ("日期2019-4-10 13812345678", "mobile", "13812345678"),
        ("电话13812345678QQ123456", "mobile", "13812345678"),
        ("家里座机0358-8223456", "landline", "0358-8223456"),
        ("座机（0358）8223456", "landline", "0358）8223456"),
        ("座机0358—8223456", "landline", "0358—8223456"),
        ("11010519491231002X是我的", "id_number", "11010519491231002X"),
        ("身份证110105 19491231 002x", "id_number", "110105 19491231 002x"),
        ("证件110105491231002", "id_number", "110105491231002"),
        ("身份证号：110105194912310021写错一位", "id_number", "110105194912310021"),
        ("卡号6222 0212 3456 7890 128", "bank_card", "6222 0212 3456 7890 128"),
        ("付到4111111111111111", "bank_card", "4111111111111111"),
        ("晋J12345占道", "plate", "晋J12345"),
        ("绿牌晋JD12345占道", "plate", "晋JD12345"),
        ("晋J·8X9Z1占道", "plate", "晋J·8X9Z1"),
        ("邮箱zhang.san@example.com。", "email", "zhang.san@example.com"),
        ("微信号：zhang_san88", "account", "zhang_san88"),
        ("加QQ 123456789", "account", "123456789"),
        ("扣扣是123456789", "account", "123456789"),
        ("我叫张三丰，", "name", "张三丰"),
        ("我叫张三是离石人", "name", "张三"),
        ("联系人：李四 ", "name", "李四"),
        ("本人王小五，男", "name", "王小五"),
        ("姓名：欧阳小五", "name", "欧阳小五"),
        ("业主张先生说", "name", "张"),
        ("物业的欧阳女士", "name", "欧阳"),
        ("李四13812345678", "name", "李四"),
        ("龙凤小区3栋2单元501室", "room", "501"),
        ("龙凤小区三栋二单元五零一室", "room", "五零一"),
        ("龙凤小区12-3-401", "room", "401"),
        ("G2栋320，一家", "room", "320"),
    ],
)  # fmt: skip
def test_what_belongs_to_a_person_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in _seen(text)
    assert value not in mask(text) or len(value) == 0


@pytest.mark.parametrize(
    "text",
    [
        "订单号13812345678没有发货",
        "快递单号SF1381234567801",
        "2019年4月16日12时30分",
        "2019-04-16 12:30:00",
        "1971.12-1972.1在粮食局工作",
        "1986.2-1991.11任职",
        "拨打12345和110、119都没人管",
        "房价13812345678.50元",
        "晋政发〔2023〕12号文件",
        "（2019）晋11民终1234号",
        "编号20190416123456",
        "合同价款138123.45元，面积12345678平方米",
        "5栋204户居民",
        "公元2000年",
        "23栋6578套商品房",
        "本人于2018年购买",
        "本人和家人",
        "我叫到了一辆车",
        "把我叫到学校",
        "尊敬的局长先生",
        "姓名权受到侵害",
        "同学们的微信群",
        "银行卡号码忘了",
        "138****5678的张**先生",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert _seen(text) == []
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678", "电话138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("电话138 1234 5678", "电话138 **** 5678"),
        ("我叫张三丰，", "我叫张**，"),
        ("联系人：李四。", "联系人：李**。"),
        ("业主张先生说", "业主*先生说"),
        ("11010519491231002X", "1101************2X"),
        ("龙凤小区3栋2单元501室漏水", "龙凤小区3栋2单元***室漏水"),
        ("a.b@example.com", "a***@***"),
    ],
)
def test_a_mask_leaves_enough_to_know_what_it_was(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_offsets_are_right_behind_characters_outside_the_first_plane() -> None:
    text = "😀𠮷😀我叫王五，电话13812345678"
    assert _seen(text) == [("name", "王五"), ("mobile", "13812345678")]


def test_a_kept_end_does_not_make_a_new_number_with_its_neighbour() -> None:
    assert find(mask("13812340358 8223456")) == ()


def test_a_long_run_of_letters_behind_qq_is_one_account() -> None:
    assert mask("q" * 5000).count("*") == 4996


@given(TEXTS)
def test_nothing_is_found_in_what_was_masked(text: str) -> None:
    masked = mask(text)
    assert find(masked) == ()
    assert mask(masked) == masked


@given(TEXTS)
def test_spans_are_in_order_without_overlap_and_inside_the_text(text: str) -> None:
    end = 0
    for found in find(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


@given(st.text("0123456789 -", max_size=60))
def test_no_text_of_digits_is_masked_in_part_and_found_again(text: str) -> None:
    assert find(mask(text)) == ()
