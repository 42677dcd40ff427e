"""A mask shows enough to recognise a value one knows, and never the value; a normal form joins spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.privacy.masks import mask, normal

KINDS = ("name", "phone", "id_number", "address", "text")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "13812341234", "138****1234"),
        ("phone", "+86 138-1234-1234", "138****1234"),
        ("phone", "0358-8221234", "035****1234"),
        ("phone", "110", "******"),
        ("name", "张三", "张*"),
        ("name", "欧阳晓燕", "欧***"),
        ("id_number", "141102198706151234", "1411**********1234"),
        ("id_number", "14110219870615002x", "1411**********002X"),
        ("address", "吕梁市离石区滨河北路1号", "吕梁市离石区***"),
        ("address", "滨河北路1号", "***"),
        ("text", "任何话", "******"),
    ],
)
def test_a_value_is_masked_by_its_kind(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@pytest.mark.parametrize("kind", KINDS)
@given(value=st.text(min_size=2, max_size=60).filter(lambda text: set(text) - {"*"}))
def test_a_mask_is_never_the_value_and_stays_short(kind: str, value: str) -> None:
    shown = mask(kind, value)
    assert len(shown) <= 120
    assert shown != value or "*" in value


@given(kind=st.sampled_from(KINDS), value=st.text(max_size=60))
def test_the_normal_form_is_normal(kind: str, value: str) -> None:
    assert normal(kind, normal(kind, value)) == normal(kind, value)
