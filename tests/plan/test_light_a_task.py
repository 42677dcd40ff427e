"""Lights: each rule by sentence, thresholds from the catalog, the order of the catalog decides."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bihuan.kernel.catalog.load import load_city
from bihuan.plan.lights import RULES, check_light_rules, light_of
from bihuan.plan.progress import Milestone, Point, Progress, Target

LULIANG = load_city(Path(__file__).resolve().parents[2] / "catalog" / "lvliang")
NOON = datetime(2023, 7, 3, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOON.date()


def number(name: str) -> Decimal:
    """A parameter of the catalog in force on the story's day."""
    return LULIANG.parameters.number(name, NOON)


def target(value: str) -> Target:
    """Twenty-five kindergartens, so many of them built."""
    points = (Point(NOON, Decimal(value), "", 1),)
    return Target("幼儿园", Decimal(25), "所", "eq", "level", Decimal(0), points)


FINE = Progress("in_progress", "", date(2023, 1, 1), date(2023, 12, 31), (), (), NOON, 0)
Q1 = Milestone("q1", date(2023, 3, 31), "开工", None, None)
Q2 = Milestone("q2", date(2023, 6, 30), "封顶", None, None)


@pytest.mark.parametrize(
    ("progress", "light", "key"),
    [
        (FINE, "green", "on_plan"),
        (replace(FINE, state="signed_off", end="success"), "done", "done"),
        (replace(FINE, state="drafting"), "grey", "not_started"),
        (replace(FINE, deadline=date(2023, 7, 2)), "red", "overdue"),
        (replace(FINE, state="drafting", deadline=date(2023, 7, 2)), "red", "overdue"),
        (replace(FINE, targets=(target("1"),)), "red", "behind_red"),
        (replace(FINE, targets=(target("9"),)), "yellow", "behind_yellow"),
        (replace(FINE, targets=(target("12"),)), "green", "on_plan"),
        (replace(FINE, milestones=(Q1,)), "red", "milestone_late_red"),
        (replace(FINE, milestones=(Q2,)), "yellow", "milestone_late_yellow"),
        (replace(FINE, milestones=(replace(Q1, met_at=NOON),)), "green", "on_plan"),
        (replace(FINE, silent_periods=2), "red", "silent_red"),
        (replace(FINE, silent_periods=1), "yellow", "silent_yellow"),
        (replace(FINE, deadline=date(2023, 7, 5)), "yellow", "near_due"),
        (replace(FINE, deadline=date(2023, 7, 5), state="claimed"), "green", "on_plan"),
    ],
)
def test_each_rule_lights_what_it_says(progress: Progress, light: str, key: str) -> None:
    lit = light_of(progress, TODAY, LULIANG.lights, number)
    assert (lit.light, lit.key) == (light, key)
    assert lit.reason % lit.params


def test_thresholds_come_from_the_catalog() -> None:
    progress = replace(FINE, targets=(target("9"),))

    def stricter(name: str) -> Decimal:
        return Decimal(5) if name == "plan.lights.behind_red" else number(name)

    assert light_of(progress, TODAY, LULIANG.lights, stricter).key == "behind_red"


def test_the_order_of_the_catalog_decides() -> None:
    progress = replace(FINE, silent_periods=2, deadline=date(2023, 7, 2))
    assert light_of(progress, TODAY, LULIANG.lights, number).key == "overdue"
    turned = tuple(reversed(LULIANG.lights))
    assert light_of(progress, TODAY, turned, number).key == "on_plan"


def test_every_rule_of_the_catalog_has_a_function() -> None:
    assert check_light_rules(LULIANG.lights) == []
    assert {light.rule for light in LULIANG.lights} == set(RULES)


def test_a_catalog_without_a_fitting_rule_says_so() -> None:
    assert light_of(FINE, TODAY, (), number).light == "grey"
