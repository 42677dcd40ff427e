"""What the public sees on the map and in its list: dispatched demands, coarsely, and nothing of those who asked for silence."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from bihuan.hotline.nearby import ENDED_FOR, LEAST, Wish, box_of, rows, spots
from bihuan.kernel.cases.models import Case
from tests.hotline.conftest import Hall, Visit

LAT, LON = 37.52345, 111.14321
HERE = {"lat": str(LAT), "lon": str(LON), "place": "141102"}
AROUND = box_of(37.5, 111.1, 37.6, 111.2)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Counts of other tests are forgotten."""
    cache.clear()


def dispatched(hall: Hall, **changes: str) -> Case:
    """A demand with a point that the hotline has sent on."""
    case = hall.registered(**{**HERE, **changes})
    return hall.does(
        case, "dispatch", hall.who("dispatcher"), lead="ll-edu", category="010100 市政设施"
    )


def several(hall: Hall, many: int, **changes: str) -> list[Case]:
    """So many demands about different lamps, each by somebody else."""
    return [
        dispatched(
            hall,
            content=f"第{n}盏路灯坏了，晚上很黑，希望修好。",
            phone=f"1383580000{n}",
            **changes,
        )
        for n in range(many)
    ]


def asked(client: Client, query: str = "") -> dict[str, list[dict[str, object]]]:
    """What the interface of the map answers."""
    found: dict[str, list[dict[str, object]]] = client.get(f"/12345/map/points.json?{query}").json()
    return found


@pytest.mark.parametrize("hidden", ["confidential", "anonymous"])
def test_who_asked_for_silence_is_nowhere(hall: Hall, visitor: Visit, hidden: str) -> None:
    case = dispatched(hall, identity=hidden)
    assert case.state == "dispatched"
    found = asked(visitor())
    assert found["squares"] == []
    assert found["demands"] == []
    assert case.number not in visitor().get("/12345/map/").content.decode()


def test_nothing_shows_before_the_hotline_has_read_it(hall: Hall, visitor: Visit) -> None:
    case = hall.registered(**HERE)
    assert asked(visitor())["demands"] == []
    case = hall.does(case, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    assert [one["number"] for one in asked(visitor())["demands"]] == [case.number]
    hall.does(case, "return", hall.cast.handler, ground="unclear", basis="三定", reason="不清楚")
    hall.does(case, "accept_return", hall.who("dispatcher"))
    assert asked(visitor())["demands"] == []


def test_a_question_is_not_public(hall: Hall, visitor: Visit) -> None:
    dispatched(hall, kind="consult")
    assert asked(visitor())["demands"] == []


def test_only_public_fields_leave(hall: Hall, visitor: Visit) -> None:
    words = "张建国家住建设小区3号楼2单元501室，电话13912345678，楼道灯坏了，希望修好"
    dispatched(hall, content=words, name="李四光", address="建设小区3号楼501")
    body = json.dumps(asked(visitor(), "z=16&lat=37.523&lon=111.143"), ensure_ascii=False)
    page = visitor().get("/12345/map/?z=16&lat=37.523&lon=111.143").content.decode()
    for text in (body, page):
        assert "13912345678" not in text
        assert "13835800001" not in text
        assert "501室" not in text
        assert "3号楼501" not in text
        assert "李四光" not in text
        assert str(LAT) not in text
        assert str(LON) not in text
    (one,) = asked(visitor())["demands"]
    assert set(one) == {"number", "title", "category", "place", "state", "open", "month"}
    assert (one["category"], one["month"], one["open"]) == ("市政设施", "2023-03", True)


def test_few_in_a_cell_are_counted_in_a_block_of_a_kilometre(hall: Hall) -> None:
    several(hall, LEAST - 1)
    (few,) = spots(AROUND, 1, Wish(), now=hall.cast.now)
    assert (few.count, few.side) == (LEAST - 1, 0.01)
    dispatched(hall, content="路口的井盖丢了，夜里很危险，请补上。", phone="13835800009")
    (enough,) = spots(AROUND, 1, Wish(), now=hall.cast.now)
    assert (enough.count, enough.side) == (LEAST, 0.002)
    assert abs(enough.lat - LAT) <= 0.001
    assert abs(enough.lon - LON) <= 0.001
    assert enough.lat != LAT


def test_a_filter_does_not_make_a_cell_smaller(hall: Hall) -> None:
    several(hall, LEAST)
    assert spots(AROUND, 1, Wish(state="ended"), now=hall.cast.now) == []
    (of_class,) = spots(AROUND, 1, Wish(division="01"), now=hall.cast.now)
    assert of_class.count == LEAST


def test_a_box_is_never_cut_finer_than_a_block() -> None:
    box = box_of(37.5231, 111.1431, 37.5232, 111.1432, step=1)
    assert (box.north - box.south + 1, box.east - box.west + 1) == (5, 5)
    assert (box.south % 5, box.west % 5) == (0, 0)


def test_the_list_has_as_many_as_the_map(hall: Hall, visitor: Visit) -> None:
    several(hall, 3)
    dispatched(
        hall,
        content="兴县蔚汾镇的桥栏杆断了，请修。",
        lat="38.46",
        lon="111.13",
        phone="13835800008",
    )
    for query in (
        "",
        "z=14&lat=37.52&lon=111.14",
        "z=10&lat=38.4&lon=111.1&state=open",
        "category=01",
    ):
        found = asked(visitor(), query)
        assert sum(int(str(one["count"])) for one in found["squares"]) == len(found["demands"]) > 0
    assert asked(visitor(), "category=09")["demands"] == []


def test_what_ended_long_ago_is_gone(hall: Hall) -> None:
    case = dispatched(hall)
    hall.does(case, "sign_for", hall.cast.handler)
    hall.does(case, "reply", hall.cast.handler, answer="3月2日已更换3盏路灯，当晚亮灯。")
    hall.does(case, "pass", hall.who("quality"))
    hall.does(case, "solved", hall.desk, way="link", rating="good")
    now = hall.cast.now
    assert rows(AROUND, Wish(state="ended"), now=now).count() == 1
    assert rows(AROUND, Wish(), now=now + ENDED_FOR + timedelta(days=1)).count() == 0


def test_pages_go_on_after_a_key(hall: Hall, visitor: Visit) -> None:
    several(hall, 9)
    several(hall, 9, lat="37.6")
    several(hall, 9, lat="37.7")
    first = visitor().get("/12345/map/points.json").json()
    rest = visitor().get(f"/12345/map/points.json?after={first['after']}").json()
    numbers = [one["number"] for one in [*first["demands"], *rest["demands"]]]
    assert (len(first["demands"]), len(set(numbers)), rest["after"]) == (25, 27, "")


@pytest.mark.parametrize(
    "query",
    [
        "lat=x&lon=y",
        "z=99&lat=37&lon=111",
        "lat=1e9&lon=0",
        "lat=nan&lon=inf",
        "category=zz&state=zz&after=%%%",
    ],
)
def test_nonsense_in_the_address_is_no_error(hall: Hall, visitor: Visit, query: str) -> None:
    assert visitor().get(f"/12345/map/?{query}").status_code == 200
    assert visitor().get(f"/12345/map/ground/?{query}").status_code == 200


def test_the_map_holds_the_divisions_by_name(hall: Hall, visitor: Visit) -> None:
    page = visitor().get("/12345/map/").content.decode()
    assert "离石区" in page
    assert "outline" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
