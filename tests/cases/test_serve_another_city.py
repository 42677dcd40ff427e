"""A second, invented city with its own matter, hours and digest runs on the same code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.kernel.cases.city import algorithm, forget
from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import NotAllowed
from tests.architecture.tree import source_files
from tests.cast import Cast, on

TINY = Path(__file__).parents[1] / "catalog" / "tiny_city"


@pytest.fixture
def stone_city(db: None, settings: object) -> Iterator[Cast]:
    """青石市, installed."""
    settings.BIHUAN_CATALOG = TINY  # type: ignore[attr-defined]
    forget()
    install_city()
    yield Cast()
    forget()


def test_a_letter_is_answered_and_closed_by_somebody_else(stone_city: Cast) -> None:
    clerk, checker = stone_city.who("office-clerk"), stone_city.who("office-checker")
    handler = stone_city.who("works-liaison")
    letter = open_case("letters.reply", {"title": "路灯不亮"}, clerk, now=stone_city.now)
    assert letter.number == "LX2023-00001"
    stone_city.does(letter, "assign", clerk, unit="works")
    stone_city.does(letter, "reply", handler, answer="已修复")
    with pytest.raises(NotAllowed):
        stone_city.does(letter, "verify", handler)
    assert stone_city.does(letter, "verify", checker).end == "success"
    assert algorithm() == "sha256"
    assert list(verify_all(stone_city.now)) == []


def test_the_clock_runs_on_the_citys_own_hours(stone_city: Cast) -> None:
    letter = open_case(
        "letters.reply", {"title": "井盖"}, stone_city.who("office-clerk"), now=stone_city.now
    )
    due = letter.clocks.get(key="assigning").due_at
    from bihuan.kernel.cases.city import work_calendar

    closing = work_calendar().hours[-1][1]
    assert due is not None
    assert due == on(due.astimezone(stone_city.now.tzinfo).date(), closing.hour, closing.minute)


def test_no_code_knows_the_first_city() -> None:
    named = {
        path.name
        for path in source_files()
        for word in ("吕梁", '"ll-', "'ll-")
        if word in path.read_text(encoding="utf-8")
    }
    assert named == set()
