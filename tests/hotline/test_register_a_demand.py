"""What somebody tells becomes one demand, or is refused with what is wrong; nothing is stored half."""

import io
import random
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.hotline.console import repeats_of
from bihuan.hotline.intake import register
from bihuan.hotline.limits import TooOften, forget
from bihuan.hotline.models import Tally
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


def test_a_caller_who_says_it_again_is_linked_to_the_open_demand(hall: Hall) -> None:
    where = {"place": "141102", "address": "滨河北路8号"}
    first = hall.registered(**where)
    again = hall.registered(content=f"{WORDS}还是没人来修。", **where, phone="+86 138 3580 0001")
    third = hall.registered(content=f"{WORDS}第三次反映。", **where)
    elsewhere = hall.registered(place="141181", content=f"{WORDS}孝义也坏了。")
    stranger = hall.registered(content=f"{WORDS}邻居也看到。", **where, phone="13900000001")
    assert first.data["repeats"] is None
    assert [case.data["repeats"] for case in (again, third)] == [first.number] * 2
    assert [case.data["repeats"] for case in (elsewhere, stranger)] == [None, None]
    assert [case.number for case in repeats_of(first.number)] == [again.number, third.number]


def test_what_was_said_long_ago_or_has_ended_is_not_repeated(hall: Hall) -> None:
    ended = hall.registered(content="咨询社保卡怎么办理", kind="consult")
    hall.does(ended, "answer_now", hall.who("operator-1"), answer="带身份证到社保窗口办理。")
    assert hall.registered(content="再问社保卡怎么办理", kind="consult").data["repeats"] is None
    hall.cast.later(days=31)
    assert hall.registered(content="又问社保卡怎么办理", kind="consult").data["repeats"] is None


def test_the_units_that_may_handle_it_are_suggested_at_once(hall: Hall) -> None:
    case = hall.registered(content="教育局管的幼儿园收费太高，请查一查", place="141102")
    suggested = case.data["suggested"]
    assert isinstance(suggested, list)
    assert "ll-edu" in [row["unit"] for row in suggested if isinstance(row, dict)]


def test_an_operator_hears_a_caller_as_often_as_they_call(hall: Hall) -> None:
    seat = hall.who("operator-1")
    for n in range(12):
        register(told(content=f"{WORDS}第{n}处"), seat, now=hall.cast.later(seconds=1))
    assert Case.objects.count() == 12


def test_a_flood_of_the_same_words_is_one_demand_and_then_refused(hall: Hall) -> None:
    outcomes: list[str] = []
    for _ in range(300):
        try:
            outcomes.append(register(told(network="10.0.0.9"), hall.desk, now=hall.cast.now).number)
        except TooOften as refusal:
            outcomes.append(refusal.code)
    assert Case.objects.count() == 1
    assert outcomes == [Case.objects.get().number] * 120 + ["too_often"] * 180
    assert register(told(network="10.0.0.9"), hall.desk, now=hall.cast.later(minutes=2))


def test_what_is_refused_or_repeated_counts_for_no_limit(hall: Hall) -> None:
    for n in range(70):
        with pytest.raises(FormRefusal):
            register(
                told(content=f"{WORDS}{n}", kind="no such kind", network="10.0.0.4"),
                hall.desk, now=hall.cast.later(seconds=1),
            )  # fmt: skip
    assert register(told(network="10.0.0.4"), hall.desk, now=hall.cast.now).number


def test_counts_name_nobody_and_are_forgotten_when_they_are_over(hall: Hall) -> None:
    register(told(network="10.0.0.5"), hall.desk, now=hall.cast.now)
    kept = " ".join(Tally.objects.values_list("key", flat=True))
    assert Tally.objects.count() == 3
    assert "10.0.0.5" not in kept
    assert "13835800001" not in kept
    assert forget(hall.cast.later(days=2)) == 3
