"""A demand goes to who must handle it: by the catalog's words alone, and better by the city's own past."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bihuan.hotline.routing import suggest
from bihuan.hotline.routing_categories import FILE, load_categories
from bihuan.hotline.routing_history import PastDemand
from bihuan.hotline.routing_learned import learn_routes, routes_home
from bihuan.kernel.cases.city import city
from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.errors import CatalogError

LVLIANG = Path(__file__).resolve().parents[2] / "catalog" / "lvliang"


@pytest.fixture(autouse=True)
def lvliang(settings: Any, tmp_path: Path) -> Any:
    from bihuan.kernel.cases import city as served

    settings.BIHUAN_CATALOG = LVLIANG
    settings.BIHUAN_LEARNED = tmp_path / "learned"
    served.forget()
    yield
    served.forget()


def units(title: str, text: str, place: str = "") -> list[str]:
    return [route.unit for route in suggest(title, text, place)]


def test_what_the_county_handles_goes_to_the_county_first_and_its_department_is_offered() -> None:
    assert units("家里暖气不热", "柳林县某小区暖气不热")[:2] == ["ll-liulin", "ll-housing"]


def test_the_place_of_the_form_counts_before_a_name_in_the_text() -> None:
    assert units("井盖丢了", "在柳林长大，现在门口井盖丢了", "141130")[0] == "ll-jiaokou"


@pytest.mark.parametrize("text", ["公积金贷款批不下来", "公交车等了一小时", "医保报销比例太低"])
def test_what_is_a_departments_duty_is_never_sent_down(text: str) -> None:
    counties = {unit.code for unit in city().units.values() if unit.kind == "county"}
    found = suggest("", f"临县居民反映{text}")
    assert found[0].unit not in counties
    assert any("不派县级" in reason for reason in found[0].reasons)


def test_without_a_place_the_department_is_suggested_and_the_place_asked_for() -> None:
    best = suggest("路灯不亮", "路灯坏了大半年夜里一片漆黑")[0]
    assert best.unit == "ll-urban"
    assert any("未写明县" in reason for reason in best.reasons)


def test_a_reason_names_the_words_and_the_category_fits_the_form() -> None:
    best = suggest("拖欠工资", "孝义的工地，包工头拖欠农民工工资")[0]
    assert best.category == "060100 拖欠工资"
    assert "拖欠工资" in best.reasons[0]
    assert 0.5 < best.confidence < 1


def test_words_of_danger_are_told() -> None:
    assert suggest("", "离石小区楼道燃气泄漏，自来水也停了")[0].urgent == ("燃气泄漏",)


@pytest.mark.parametrize("text", ["", "你好", "🙂🙂", "\x00", "12345"])
def test_what_says_nothing_is_sent_nowhere(text: str) -> None:
    assert suggest("", text) == ()


def test_at_most_three_are_suggested_the_likeliest_first() -> None:
    found = suggest("", "物业乱收费、路灯不亮、拖欠工资、医院误诊、公交不来、污水直排" * 20)
    assert len(found) == 3
    assert [r.confidence for r in found] == sorted((r.confidence for r in found), reverse=True)


def test_what_the_city_learned_by_category_turns_the_suggestion() -> None:
    text = "门口的彩灯晃眼"
    assert units("", text)[:1] != ["ll-culture"]
    learn_routes(history("040600 文化体育", "暖气片不热"), routes_home())
    best = suggest("", text)[0]
    assert best.unit == "ll-culture"
    assert any("历史诉求" in reason for reason in best.reasons)


def test_a_past_labelled_by_unit_names_the_unit_itself() -> None:
    learn_routes(history("市体育局", "暖气片不热"), routes_home())
    assert units("", "门口的彩灯晃眼")[0] == "ll-sports"


def test_a_past_that_sent_a_departments_duty_down_is_not_followed() -> None:
    past = [PastDemand("", "", f"{n}号公积金贷款批不下来", "临县") for n in range(12)]
    learn_routes([*past, *history("市体育局", "暖气片不热")], routes_home())
    assert "ll-lin" not in units("", "临县的公积金贷款批不下来")
    assert units("", "临县的公积金贷款批不下来")[0] == "ll-housing"


def test_a_damaged_model_is_not_used() -> None:
    learn_routes(history("市体育局", "暖气片不热"), routes_home())
    (routes_home() / "model.json").write_text("{}", encoding="utf-8")
    assert units("", "暖气不热")[0] == "ll-housing"


def history(label: str, other: str) -> list[PastDemand]:
    lamps = [PastDemand("", "", f"{n}号门口的彩灯晃眼睡不好", label) for n in range(12)]
    return lamps + [PastDemand("", "", f"{n}号家里{other}", "供热供气供水") for n in range(12)]


def test_a_town_that_only_one_county_has_leads_to_that_county() -> None:
    assert units("自来水", "碛口镇西湾村自来水停了三天")[0] == "ll-lin"


def test_the_delivered_categories_are_sound_and_answered_by_city_units() -> None:
    tree = load_categories(LVLIANG, load_city(LVLIANG).units)
    assert len(tree.divisions) == 12
    assert len(tree.by_code) >= 45


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("unit: ll-post\n", "unit: ll-nobody\n", "没有单位 ll-nobody"),
        ("unit: ll-post\n", "unit: ll-lishi\n", "应为市级单位"),
        ('code: "020500"', 'code: "020400"', "分类代码 020400 重复"),
        ('code: "020500"', 'code: "990500"', "应以 02 开头"),
        ("level: city", "level: village", "county"),
        ("    name: 邮政快递", "    nome: 邮政快递", "nome"),
    ],
)
def test_a_mistake_in_the_categories_is_told_with_its_line(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    shutil.copytree(LVLIANG, tmp_path / "city")
    path = tmp_path / "city" / FILE
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    with pytest.raises(CatalogError) as refused:
        load_categories(tmp_path / "city", load_city(LVLIANG).units)
    told = [problem for problem in refused.value.problems if said in problem.message]
    assert told
    assert abs(told[0].line - line) <= 1
