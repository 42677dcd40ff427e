"""A sound catalog becomes a City: trees, posts from patterns, dated numbers, a working calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest

from bihuan.kernel.catalog.load import check_city, load_city

Edit = Callable[[str, str, str], Path]


def test_a_sound_city_has_no_problems(tiny_city: Path) -> None:
    assert check_city(tiny_city) == ()


def test_parents_come_before_their_children(tiny_city: Path) -> None:
    assert list(load_city(tiny_city).regions) == ["990100", "990101"]


def test_the_path_of_a_unit_starts_at_the_root(tiny_city: Path) -> None:
    city = load_city(tiny_city)
    assert city.root.code == "gov"
    assert city.unit_path("works") == "gov/works/"
    assert [unit.code for unit in city.below("gov")] == ["gov", "office", "works"]
    assert [unit.code for unit in city.below("works")] == ["works"]
    with pytest.raises(KeyError):
        city.unit_path("nowhere")


def test_a_pattern_gives_each_unit_of_the_kind_its_post(tiny_city: Path) -> None:
    city = load_city(tiny_city)
    assert list(city.posts) == ["office-clerk", "office-checker", "works-liaison"]
    assert city.posts["works-liaison"].unit == "works"
    assert [post.code for post in city.posts_of("works")] == ["works-liaison"]


def test_an_exclusion_holds_both_ways(tiny_city: Path) -> None:
    city = load_city(tiny_city)
    assert city.excluded_with("checker") == {"handler"}
    assert city.excluded_with("handler") == {"checker"}
    assert city.excluded_with("clerk") == frozenset()


def test_a_parameter_changes_at_midnight_of_the_city(tiny_city: Path) -> None:
    numbers = load_city(tiny_city).parameters
    before = datetime(2024, 6, 30, 15, 59, tzinfo=UTC)
    after = datetime(2024, 6, 30, 16, 0, tzinfo=UTC)
    assert numbers.number("letters.reply_days", before) == 5
    assert numbers.number("letters.reply_days", after) == Decimal("3.5")
    assert numbers.basis("letters.reply_days", after) == "示例二"
    assert "letters.reply_days" in numbers


def test_a_parameter_before_its_first_value_is_not_guessed(tiny_city: Path) -> None:
    numbers = load_city(tiny_city).parameters
    with pytest.raises(LookupError, match="2023-01-01"):
        numbers.number("letters.reply_days", datetime(2022, 12, 31, tzinfo=UTC))
    with pytest.raises(KeyError):
        numbers.number("letters.nothing", datetime(2024, 1, 1, tzinfo=UTC))


def test_the_working_calendar_takes_hours_and_overrides(tiny_city: Path) -> None:
    calendar = load_city(tiny_city).work_calendar()
    assert calendar.hours[0] == (time(9, 0), time(12, 30))
    assert not calendar.is_working_day(date(2031, 1, 1))
    assert calendar.is_working_day(date(2031, 1, 4))


def test_the_digest_changes_with_any_byte(edit: Edit, tiny_city: Path) -> None:
    changed = load_city(edit("units.yaml", "路灯", "路灯杆")).digest
    assert changed != load_city(tiny_city).digest
    assert load_city(tiny_city).digest == load_city(tiny_city).digest


def test_a_matter_is_found_by_its_key(tiny_city: Path) -> None:
    matter = load_city(tiny_city).matters["letters.reply"]
    assert matter.fields["title"].max == 100
    assert matter.fields["title"].required is True
