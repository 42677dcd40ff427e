"""Open demands that tell the same are offered, those at the same place first; what ended or changed is read before the answer."""

import pytest

from bihuan.hotline.similar import candidates
from bihuan.hotline.similar_index import catch_up, catch_up_all, disagreements, rebuild
from bihuan.hotline.similar_models import Likeness, LikenessTrait, LikenessUnread
from bihuan.hotline.similar_reading import METRES, Words, metres_between, words_of
from bihuan.kernel.cases.queries import Sight
from tests.hotline.conftest import Hall

ALL = Sight(True, ())
LAMP = "滨河北路与久安路口的路灯坏了三天，晚上很黑，希望尽快修好。"
LAMP_AGAIN = "路口路灯不亮好几天了，滨河北路晚上很黑，请尽快维修"
HEAT = "龙凤小区三号楼暖气不热，室温只有十三度，家里有老人"
HERE, NEXT_DOOR, FAR = ("37.5200", "111.1400"), ("37.5209", "111.1400"), ("37.5600", "111.1400")


def offered(hall: Hall, sight: Sight = ALL, **said: object) -> list[str]:
    """The numbers that are offered beside these words, best first."""
    return [one.case.number for one in candidates(words_of(said), sight, now=hall.cast.now)]


def test_the_same_trouble_in_other_words_is_offered(hall: Hall) -> None:
    lamp = hall.registered(content=LAMP)
    hall.registered(content=HEAT, phone="13835800002")
    assert offered(hall, content=LAMP_AGAIN) == [lamp.number]


def test_words_that_were_just_told_are_found_by_the_next_question(hall: Hall) -> None:
    assert offered(hall, content=LAMP_AGAIN) == []
    lamp = hall.registered(content=LAMP)
    assert LikenessUnread.objects.count() == 1
    assert offered(hall, content=LAMP_AGAIN) == [lamp.number]
    assert not LikenessUnread.objects.exists()


def test_a_demand_that_ended_is_no_longer_offered_and_leaves_no_row(hall: Hall) -> None:
    lamp = hall.registered(content=LAMP)
    assert offered(hall, content=LAMP_AGAIN) == [lamp.number]
    hall.does(lamp, "answer_now", hall.who("operator-1"), answer="已更换路灯。")
    assert offered(hall, content=LAMP_AGAIN) == []
    assert not Likeness.objects.exists()
    assert not LikenessTrait.objects.exists()


def test_a_demand_whose_words_changed_is_found_by_the_new_ones_only(hall: Hall) -> None:
    lamp = hall.registered(content=LAMP)
    catch_up()
    hall.does(
        lamp, "edit", hall.who("operator-1"),
        title="暖气不热", content=HEAT, kind="help", pace="general", urgency="normal", identity="open",
    )  # fmt: skip
    assert offered(hall, content=LAMP_AGAIN) == []
    assert offered(hall, content="龙凤小区暖气不热，只有十三度") == [lamp.number]


def test_the_same_trouble_at_the_same_place_stands_before_the_same_words_elsewhere(
    hall: Hall,
) -> None:
    words = "路灯坏了三天，晚上很黑，希望尽快修好"
    near = hall.registered(content="路灯不亮，晚上很黑，请尽快维修好", lat=HERE[0], lon=HERE[1])
    far = hall.registered(content=words, phone="13835800002", lat=FAR[0], lon=FAR[1])
    asked = {"content": words, "lat": NEXT_DOOR[0], "lon": NEXT_DOOR[1]}
    found = candidates(words_of(asked), ALL, now=hall.cast.now)
    assert [(one.case.number, one.is_near) for one in found] == [
        (near.number, True), (far.number, False),
    ]  # fmt: skip


def test_a_village_of_the_same_name_in_another_county_is_another_place(hall: Hall) -> None:
    text = "王家沟村自来水水质发黄，洗衣做饭都成问题"
    here = hall.registered(content=text, place="141102")
    there = hall.registered(content=text, place="141121", phone="13835800002")
    for place, first in (("141102", here), ("141121", there)):
        found = candidates(words_of({"content": text, "place": place}), ALL, now=hall.cast.now)
        assert [one.case.number for one in found if one.is_near] == [first.number]
        assert found[0].case.number == first.number


def test_only_what_is_in_sight_is_offered(hall: Hall) -> None:
    lamp = hall.registered(content=LAMP)
    assert offered(hall, Sight(False, ("ll-hotline",)), content=LAMP_AGAIN) == [lamp.number]
    assert offered(hall, Sight(False, ("ll-edu",)), content=LAMP_AGAIN) == []
    assert offered(hall, Sight(False, ()), content=LAMP_AGAIN) == []


def test_rebuilding_gives_what_stood_before_and_verifying_names_what_is_wrong(hall: Hall) -> None:
    lamp = hall.registered(content=LAMP, lat=HERE[0], lon=HERE[1])
    heat = hall.registered(content=HEAT, phone="13835800002")
    assert catch_up_all() == 2
    before = list(LikenessTrait.objects.order_by("pk").values_list("trait", "case_id"))
    assert list(disagreements()) == []
    assert rebuild() == 2
    assert list(LikenessTrait.objects.order_by("pk").values_list("trait", "case_id")) == before
    LikenessTrait.objects.filter(case=lamp).first().delete()
    Likeness.objects.filter(case=heat).update(county="141121")
    assert list(disagreements()) == [lamp.number, heat.number]


def test_many_unread_demands_are_read_a_part_at_a_time(hall: Hall) -> None:
    for turn in range(3):
        hall.registered(content=f"{LAMP}第{turn}处", phone="")
    assert catch_up(2) == 2
    assert LikenessUnread.objects.count() == 1
    assert catch_up_all() == 1


@pytest.mark.parametrize("said", [{}, {"title": "灯"}, {"lat": "nan", "lon": "x"}])
def test_too_little_to_compare_offers_nothing(hall: Hall, said: dict[str, str]) -> None:
    hall.registered(content=LAMP)
    assert offered(hall, **said) == []


def test_distances_are_those_of_the_map() -> None:
    assert metres_between(37.0, 111.0, 37.001, 111.0) == pytest.approx(METRES / 1000, rel=1e-6)
    assert 85 < metres_between(37.0, 111.0, 37.0, 111.001) < 92


def test_squares_around_a_point_hold_every_point_within_reach() -> None:
    here = Words(lat=37.5199, lon=111.1399)
    for lat, lon in ((37.5214, 111.1399), (37.5199, 111.1418), (37.5185, 111.1385)):
        there = Words(lat=lat, lon=lon)
        assert metres_between(37.5199, 111.1399, lat, lon) <= 200
        assert set(here.asked(200)) & set(there.traits)
