"""The catalog of Lüliang: its divisions, its separation of duties, and a plausible lead for each promise of 2023."""

from functools import cache
from pathlib import Path

import pytest

from bihuan.kernel.catalog.city import City
from bihuan.kernel.catalog.load import load_city

LVLIANG = Path(__file__).parents[2] / "catalog" / "lvliang"
ADMINISTRATORS = {"system_admin", "security_admin", "auditor"}


@cache
def city() -> City:
    return load_city(LVLIANG)


def test_there_are_thirteen_counties_each_with_a_government() -> None:
    counties = {r.code for r in city().regions.values() if r.level == "county"}
    assert len(counties) == 13
    assert "141101" not in counties
    assert {u.region for u in city().units.values() if u.kind == "county"} == counties


def test_the_inspection_office_stands_directly_below_the_government() -> None:
    assert city().unit_path("ll-inspection") == "ll-gov/ll-inspection/"


def test_every_unit_that_may_lead_has_a_head_and_a_liaison() -> None:
    for unit in city().units.values():
        roles = {role for post in city().posts_of(unit.code) for role in post.roles}
        if unit.code not in ("ll-gov", "ll-inspection"):
            assert {"unit_head", "handler"} <= roles, unit.name


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_administrators_hold_no_second_role_and_see_no_business(role: str) -> None:
    assert city().excluded_with(role) >= ADMINISTRATORS - {role} | {"handler", "planner", "leader"}
    assert city().roles[role].sees in ("none", "ledger")


def test_who_verifies_never_handles() -> None:
    assert {"handler", "unit_head"} <= city().excluded_with("inspector")


def test_each_department_has_exactly_one_leader_in_charge() -> None:
    charged = [code for post in city().posts.values() for code in post.oversees]
    assert len(charged) == len(set(charged))
    departments = {u.code for u in city().units.values() if u.kind == "department"}
    assert departments <= set(charged)


def test_every_value_says_where_it_comes_from() -> None:
    for name in city().parameters:
        for value in city().parameters.table[name].values:
            assert value.basis, name


@pytest.mark.parametrize(
    ("sentence", "lead"),
    [
        ("实现农业保险全覆盖", "市农业农村局"),
        ("实现农村寄递物流服务提质全覆盖", "市邮政管理局"),
        ("实现80周岁以上老年人高龄津贴全覆盖", "市民政局"),
        ("实现矛盾纠纷多元调解全覆盖", "市司法局"),
        ("实现乡村医疗卫生机构“智慧助医”全覆盖", "市卫生健康委员会"),
        ("全年实施项目1000个以上,年度计划投资1000亿元", "市发展和改革委员会"),
        ("创新消费券投放方式", "市商务局"),
        ("实施304万亩生态建设工程", "市林业局"),
        ("完成94万亩水土流失治理", "市水利局"),
        ("培训高素质农民8000人", "市农业农村局"),
        ("帮扶车间突破500个,安置就业1.4万人以上", "市乡村振兴局"),
        ("严守624万亩耕地保护红线", "市规划和自然资源局"),
        ("新改造农村户厕1.2万户", "市农业农村局"),
        ("新建“四好农村路”589公里", "市交通运输局"),
        ("启动142个老旧小区改造", "市住房和城乡建设局"),
        ("建设普惠性幼儿园25所", "市教育局"),
        ("招引高校毕业生2000人以上", "市人力资源和社会保障局"),
        ("全面铺开“一业一证”改革", "市行政审批服务管理局"),
        ("加快吕梁、孝义、汾阳杏花村3个开发区调区", "市商务局"),
        ("开工建设残疾人康复中心、托养中心", "市残疾人联合会"),
        ("全方位提升12345政务热线服务水平", "市政务服务热线管理中心"),
    ],
)
def test_a_promise_of_2023_finds_its_lead_by_duty_words(sentence: str, lead: str) -> None:
    def weight(name: str, words: tuple[str, ...]) -> tuple[int, int]:
        hits = [word for word in words if word in sentence]
        return sum(len(word) for word in hits), len(hits)

    found = max(city().units.values(), key=lambda unit: weight(unit.name, unit.duties))
    assert found.name == lead
