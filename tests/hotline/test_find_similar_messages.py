"""Messages about the same thing are near; what an index is asked for is small and stable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bihuan.hotline.words.sameness import ALIKE, BANDS, Signature, signature, similarity

NOISE = signature(
    "龙凤小区旁边的搅拌站夜里施工，噪音很大，居民无法休息，请尽快处理。", "龙凤小区搅拌站噪音扰民"
)
AGAIN = signature(
    "我是龙凤小区的业主，小区外的搅拌站通宵作业，灰尘和噪音严重，孩子睡不着。",
    "投诉龙凤小区附近搅拌站",
)
STORED = (-1670993386, -518625617, -495438313, -281530522, 1880030192)
HEAT = signature("永宁路八号院的暖气一直不热，室内只有十二度，供热公司不来维修。", "永宁路暖气不热")


def test_two_complaints_about_the_same_plant_are_alike() -> None:
    assert similarity(NOISE, AGAIN) > ALIKE
    assert set(NOISE.bands) & set(AGAIN.bands)


def test_a_complaint_about_something_else_is_not() -> None:
    assert similarity(NOISE, HEAT) < ALIKE / 2
    assert not set(NOISE.bands) & set(HEAT.bands)


def test_spacing_width_punctuation_and_traditional_characters_make_no_difference() -> None:
    assert signature("龙凤小区３号楼停电，请处理") == signature("龍鳳小區 3 號樓停電 請處理！")


def test_the_same_text_is_entirely_alike() -> None:
    assert similarity(NOISE, NOISE) == 1.0


def test_polite_words_alone_do_not_make_two_messages_alike() -> None:
    polite = "尊敬的领导您好，希望有关部门能够尽快解决这个问题，谢谢。"
    assert similarity(signature(polite + "水管爆裂"), signature(polite + "公交改线")) < 0.9
    assert similarity(signature("水管爆裂" * 2 + polite), HEAT) < ALIKE


def test_a_signature_is_the_same_in_every_run() -> None:
    """It is stored: a change of it needs all signatures computed anew."""
    assert signature("永宁路路灯不亮").bands == STORED


def test_an_empty_message_is_like_nothing() -> None:
    assert signature("！？") == Signature((), b"")
    assert similarity(signature(""), NOISE) == 0.0


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_symmetric_and_between_nothing_and_all(one: str, other: str) -> None:
    first, second = signature(one), signature(other)
    assert similarity(first, second) == similarity(second, first)
    assert 0.0 <= similarity(first, second) <= 1.0


@given(st.text(max_size=2000))
def test_bands_are_few_and_fit_an_integer_column(text: str) -> None:
    bands = signature(text).bands
    assert len(bands) <= BANDS
    assert all(-(2**31) <= band < 2**31 for band in bands)
    assert len(signature(text).sketch) <= 768
