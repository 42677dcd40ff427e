"""Beijing's hotline times (北京四档时限) laid over Lüliang's catalog: four paces, in days and hours that holidays do not stop."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from bihuan.kernel.cases.city import city, forget, matter_now
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import CaseClock
from tests.cast import Cast
from tests.hotline.conftest import Hall

HERE = ZoneInfo("Asia/Shanghai")
BEIJING = Path(__file__).parents[2] / "catalog/profiles/beijing"
BEFORE_MAY_DAY = datetime(2023, 4, 27, 10, 0, tzinfo=HERE)  # a Thursday; 29 April to 3 May are off


@pytest.fixture
def beijing(settings: Settings, cast: Cast) -> Iterator[Hall]:
    """The hall before the May holiday, under Beijing's times."""
    settings.BIHUAN_CATALOG = BEIJING
    forget()
    install_city()
    cast.now = BEFORE_MAY_DAY
    yield Hall(cast)
    forget()


@pytest.mark.parametrize(
    ("pace", "clock", "length"),
    [("general", "general", "2023-05-04"), ("complex", "complex", "2023-05-12")],
)
def test_days_run_through_the_holiday(beijing: Hall, pace: str, clock: str, length: str) -> None:
    case = beijing.registered(pace=pace)
    beijing.does(case, "dispatch", beijing.who("dispatcher"), lead="ll-edu")
    case = beijing.does(case, "sign_for", beijing.cast.handler)
    due = CaseClock.objects.get(case=case, key=clock, is_open=True).due_at
    assert due is not None
    assert due.astimezone(HERE).date().isoformat() == length


@pytest.mark.parametrize(("pace", "hours"), [("utility", 24), ("danger", 2)])
def test_hours_run_from_dispatch_day_and_night(beijing: Hall, pace: str, hours: int) -> None:
    case = beijing.registered(pace=pace)
    case = beijing.does(case, "dispatch", beijing.who("dispatcher"), lead="ll-edu")
    due = CaseClock.objects.get(case=case, key=pace, is_open=True).due_at
    assert due == beijing.cast.now + timedelta(hours=hours)


def test_a_question_goes_at_the_general_pace(beijing: Hall) -> None:
    assert beijing.registered(kind="consult").data["pace"] == "general"
    assert "consult" not in matter_now("hotline.demand")[0].clocks


def test_each_of_its_numbers_names_its_source(beijing: Hall) -> None:
    for name in ("general_days", "complex_days", "utility_minutes", "danger_minutes"):
        basis = city().parameters.basis(f"hotline.{name}", BEFORE_MAY_DAY)
        assert "fudaoke.com/exam/262251.html" in basis
