"""A matter that would tell outsiders what it cannot is refused with file and line."""

import shutil
from pathlib import Path

import pytest

from bihuan.kernel.catalog.load import check_city

CITY = Path(__file__).parents[2] / "catalog" / "lvliang"
OPENED = "您的诉求已登记，编号%(number)s"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (OPENED, OPENED + "长" * 80, "4 parts"),
        (OPENED, OPENED + "%(nobody)s", "nobody"),
        (OPENED, OPENED + "100%", "percent sign"),
        (OPENED, OPENED + "%(callback)s", "own"),
        ("contact: [caller_phone,", "contact: [caller_name,", "caller_name"),
        ("unless: {identity: [anonymous]", "unless: {identity: [nameless]", "nameless"),
        (
            "follows: {field: main, state: linked}",
            "follows: {field: main, state: handling}",
            "handling",
        ),
        ("follows: {field: main,", "follows: {field: caller_name,", "caller_name"),
        ("parts: hotline.sms_parts", "parts: hotline.no_such", "hotline.no_such"),
        ("parts: hotline.sms_parts", "parts: hotline.link_days", "not count"),
    ],
)
def test_it_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    city = tmp_path / "city"
    shutil.copytree(CITY, city)
    file = city / "matters" / "hotline.demand.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    found = [p for p in check_city(city) if p.file == "matters/hotline.demand.yaml"]

    wrong = [p for p in found if said in p.message]
    assert wrong, found
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines, 1) if new in line)
    assert any(abs(p.line - at) <= 1 for p in wrong), (at, wrong)
