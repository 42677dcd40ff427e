"""What somebody tells becomes one demand, or is refused with what is wrong; nothing is stored half."""

import io
import random
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.hotline.intake import register
from bihuan.hotline.limits import TooOften
from bihuan.hotline.told import is_phone, read_told
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import FormRefusal
from tests.cast import Cast
from tests.hotline.conftest import WORDS, Hall, photo, told


def wrong(hall: Hall, field: str, files: tuple[Upload, ...] = (), **changes: str) -> str:
    """The message that one field is refused with; nothing was stored."""
    with pytest.raises(FormRefusal) as refused:
        register(told(**changes), hall.desk, now=hall.cast.now, files=files)
    assert Case.objects.count() == 0
    return next(str(p) for p in refused.value.problems if p.path == field)


def upload(name: str, content: bytes) -> Upload:
    """A file as it comes in."""
    return Upload(name, io.BytesIO(content))


def test_a_demand_is_registered_with_title_pace_and_desk(hall: Hall) -> None:
    case = hall.registered(place="141102")
    assert case.state == "registered"
    assert case.title == WORDS[:-1]
    assert case.data["desk"] == "ll-hotline"
    assert (case.data["pace"], case.data["urgency"]) == ("general", "normal")
    assert hall.registered(kind="consult").data["pace"] == "consult"


def test_a_title_that_anybody_may_read_holds_no_telephone_number(hall: Hall) -> None:
    case = hall.registered(content="请联系13835812345，楼上漏水没人管。")
    assert "13835812345" not in case.title
    assert "13835812345" in str(case.data["content"])


def test_too_little_and_too_much_are_refused(hall: Hall) -> None:
    assert "写明" in wrong(hall, "content", content="  ")
    letters = "".join(random.Random(1).choices(string.ascii_letters, k=100_000))
    assert "100000" in wrong(hall, "content", content=letters)


def test_what_cannot_be_seen_is_taken_out(hall: Hall) -> None:
    case = hall.registered(content="路灯\x00坏了\u202e三天\u200b没修🙂，希望修好")
    assert case.data["content"] == "路灯坏了三天没修🙂，希望修好"


@pytest.mark.parametrize(
    ("phone", "good"),
    [
        ("13835800001", True), ("+86 138 3580 0001", True), ("１３８３５８００００１", True),
        ("0358-8200000", True), ("8200000", True), ("0358-8200000转12", True), ("400-1234567", True),
        ("12345678901", False), ("1383580000", False), ("abc13835800001", False), ("没有", False),
    ],
)  # fmt: skip
def test_a_telephone_number_is_one_or_is_refused(phone: str, good: bool) -> None:
    assert is_phone(phone) is good


def test_swapped_coordinates_are_told_from_wrong_ones(hall: Hall) -> None:
    assert "填反了" in wrong(hall, "lat", lat="111.14", lon="37.52")
    assert "不在吕梁市" in wrong(hall, "lat", lat="20.0", lon="115.0")
    assert "都填" in wrong(hall, "lat", lat="37.52")
    assert "小数" in wrong(hall, "lat", lat="NaN", lon="x")
    assert hall.registered(lat="37.52", lon="111.14").data["lat"] == "37.52"


def test_an_anonymous_caller_leaves_no_name_and_no_number(hall: Hall) -> None:
    case = hall.registered(identity="anonymous", name="王某")
    assert not {"caller_name", "caller_phone"} & {k for k, v in case.data.items() if v}


def test_files_are_judged_by_their_content(hall: Hall) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    assert "图片" in wrong(hall, "files", (upload("a.jpg", b"MZ\x90\x00" * 400),))
    assert "图片" in wrong(hall, "files", (upload("a.png", svg),))
    assert "不收" in wrong(hall, "files", (upload("a.svg", svg),))
    assert "图片" in wrong(hall, "files", (upload("a.jpg", b"\xff\xd8\xff" + b"MZ" * 900),))
    assert "内容与后缀不符" in wrong(hall, "files", (upload("a.mp3", b"MZ\x90\x00" * 400),))


def test_a_picture_above_the_limit_is_refused_and_one_below_is_kept(hall: Hall) -> None:
    padded = photo() + b"\0" * (20 * 1024 * 1024)
    assert "20 MB" in wrong(hall, "files", (upload("big.jpg", padded),))
    case = register(told(), hall.desk, now=hall.cast.now, files=(upload("a.jpg", photo()),))
    assert case.evidence.get().type == "image/jpeg"


def test_more_files_than_the_form_takes_are_refused(hall: Hall) -> None:
    assert "10" in wrong(hall, "files", tuple(upload(f"{n}.jpg", photo(8)) for n in range(11)))


def test_a_hundred_identical_posts_are_one_demand(hall: Hall) -> None:
    cases = [
        register(told(network="10.0.0.1"), hall.desk, now=hall.cast.later(seconds=1))
        for _ in range(100)
    ]
    assert len({case.number for case in cases}) == Case.objects.count() == 1
    assert [case.is_repeated for case in cases] == [False] + [True] * 99
    hall.cast.later(minutes=30)
    assert hall.registered(network="10.0.0.1").number != cases[0].number


def test_one_address_registers_only_so_much_an_hour(hall: Hall) -> None:
    for n in range(60):
        register(
            told(content=f"{WORDS}第{n}处", phone="", network="10.0.0.2"),
            hall.desk, now=hall.cast.later(seconds=1),
        )  # fmt: skip
    with pytest.raises(TooOften):
        register(told(phone="", network="10.0.0.2"), hall.desk, now=hall.cast.now)
    assert register(told(phone="", network="10.0.0.3"), hall.desk, now=hall.cast.now).number
    hall.cast.later(hours=2)
    assert register(told(phone="", network="10.0.0.2"), hall.desk, now=hall.cast.now).number


def test_one_telephone_registers_only_so_much_a_day(hall: Hall) -> None:
    for n in range(10):
        hall.registered(content=f"{WORDS}第{n}处", phone="138 3580 0001")
    with pytest.raises(TooOften):
        hall.registered(phone="13835800001")


def test_a_key_of_the_caller_gives_the_first_answer_again(hall: Hall, cast: Cast) -> None:
    first = register(told(), hall.desk, now=cast.now, key="mail:1")
    again = register(told(), hall.desk, now=cast.later(days=3), key="mail:1")
    assert (again.number, again.is_repeated) == (first.number, True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(max_size=300), phone=st.text(max_size=20), lat=st.text(max_size=8))
def test_whatever_is_typed_is_read_or_refused(
    cast: Cast, content: str, phone: str, lat: str
) -> None:
    values, problems = read_told(told(content=content, phone=phone, lat=lat, lon=lat))
    if not problems:
        assert "\x00" not in str(values["content"])
        assert 0 < len(str(values["title"])) <= 120
