"""What somebody typed, cleaned: nothing that harms stays, nothing is cut silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.hotline.words.clean import CODES, Clean, TooLong, clean

ODD = st.text(
    st.sampled_from("哈a1 \n\r\t\x00\u202e\u2066\u200b\u200d\ufe0f❤👨👩1️⃣\ue000\ud83d\ude00\ufeff\u0301。！\u2028\u3000")
)  # fmt: skip


def _clean(text: str) -> Clean:
    cleaned = clean(text, 10_000)
    assert isinstance(cleaned, Clean)
    return cleaned


@pytest.mark.parametrize(
    ("text", "shown", "codes"),
    [
        ("路\x00灯\x07坏了", "路灯坏了", {"control"}),
        ("\u202e灯路\u2066\u200f", "灯路", {"direction"}),
        ("路\u200b灯\ufeff\u2060", "路灯", {"invisible"}),
        ("路\ue000灯\U000f0001", "路灯", {"private"}),
        ("路灯\ud800", "路灯", {"surrogate"}),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四", {"lines"}),
        ("哈" * 500, "哈哈哈", {"repeated"}),
        ("嘻嘻哈哈" * 50, "嘻嘻哈哈嘻嘻哈哈嘻嘻哈哈", {"repeated"}),
        ("坏了！！！！！！！！", "坏了！！！", {"repeated"}),
        ("  路灯坏了\n\n", "路灯坏了", {"trimmed"}),
        ("z" + "\u0301" * 50, "ź\u0301", {"repeated"}),
        ("路灯坏了", "路灯坏了", set()),
    ],
)
def test_what_harms_is_removed_and_said(text: str, shown: str, codes: set[str]) -> None:
    cleaned = _clean(text)
    assert cleaned.text == shown
    assert {note.code for note in cleaned.notes} == codes


@pytest.mark.parametrize("text", ["😀路灯👍🏽", "👨‍👩‍👧一家", "❤️谢谢", "1️⃣号楼", "🇨🇳"])
def test_emoji_stay_whole(text: str) -> None:
    assert _clean(text).text == text


@pytest.mark.parametrize(
    "text", ["10000000元", "电话00000000", "4A级景区", "……", "——", "www.gov.cn"]
)
def test_numbers_and_usual_repetitions_stay(text: str) -> None:
    assert _clean(text) == Clean(text)


def test_two_halves_of_a_character_become_one() -> None:
    assert _clean("\ud83d\ude00").text == "😀"


def test_a_text_that_is_too_long_is_refused_with_its_limit() -> None:
    refused = clean("路灯坏了" * 3, 10)
    assert refused == TooLong(12, 10)
    assert "10" in refused.message
    assert "12" in refused.message_en


def test_length_counts_after_cleaning() -> None:
    assert isinstance(clean("哈" * 500, 10), Clean)


def test_every_note_speaks_both_languages() -> None:
    for note in _clean("\x00\u202e\u200b\ue000\ud800\r哈哈哈哈哈哈哈哈 ").notes:
        assert (note.message, note.message_en) == CODES[note.code]


@given(ODD | st.text())
def test_cleaning_twice_changes_nothing_more_and_the_database_can_store_it(text: str) -> None:
    once = _clean(text)
    assert _clean(once.text) == Clean(once.text)
    assert "\x00" not in once.text
    assert once.text.encode("utf-8").decode("utf-8") == once.text
