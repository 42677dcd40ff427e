"""The city learns who leads from its past: tables are kept with their source, the model suggests, the report shows why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.config.plan import plan
from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import Refusal
from bihuan.plan.importing import compile_for_city
from bihuan.plan.learning import advisor
from bihuan.plan.lessons import forget, keep_cases, keep_table, learn, lessons
from bihuan.plan.unit_names import Found, UnitNames, office_key
from tests.cast import Cast

NOW = datetime(2023, 1, 5, tzinfo=UTC)
PAST = """任务内容,牵头单位,配合单位
新建山地自行车赛道3条,市体育局,市文旅局
举办山地自行车公开赛,市体育局,市公安局
建设山地自行车驿站10个,体育总局,
新建普惠性幼儿园20所,市教育局,市财政局
新建寄宿制学校10所,市教育局,市财政局
改造农村公路100公里,市交通局,市财政局
推进山地自行车道建设,飞行管理局,市体育局
做好其他工作,各县（市、区）政府,
整治山地自行车道沿线环境,市体教局,
"""
REPORT = "2023年政府工作报告\n一、2023年工作安排\n建设山地自行车赛道5条。\n"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.BIHUAN_LEARNED = tmp_path / "learned"
    return tmp_path / "learned"


def table(tmp_path: Path, text: str = PAST, name: str = "2022年分解表.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def suggested() -> tuple[str, str]:
    [commitment] = compile_for_city(REPORT.encode(), "r.txt", year=2023).commitments
    return (commitment.lead.unit, commitment.lead.why) if commitment.lead is not None else ("", "")


def test_before_the_past_is_known_duty_words_alone_decide() -> None:
    assert advisor() is None
    assert suggested()[0] != "ll-sports"


def test_after_learning_the_unit_that_led_the_like_is_suggested_with_the_task_as_reason() -> None:
    keep_table(PAST.encode(), "2022年分解表.csv", now=NOW, by="李")
    made = learn()
    assert made is not None
    unit, why = suggested()
    assert unit == "ll-sports"
    assert "2022年“新建山地自行车赛道3条”由市体育局牵头" in why
    assert "山地自行车" in why


def test_units_that_assisted_are_suggested_to_assist_with_a_reason() -> None:
    keep_table(PAST.encode(), "2022.csv", now=NOW, by="李")
    learn()
    found = advisor()
    assert found is not None
    lead, *assists = found.suggest("新建普惠性幼儿园30所", ())
    assert lead.unit == "ll-edu"
    assert len(assists) <= 3
    finance = [s for s in assists if s.unit == "ll-finance"]
    assert "由市教育局牵头、本单位配合" in finance[0].why


def test_a_clause_like_nothing_in_the_past_gets_no_learned_suggestion() -> None:
    keep_table(PAST.encode(), "2022.csv", now=NOW, by="李")
    learn()
    found = advisor()
    assert found is not None
    assert found.suggest("ABC", ()) == ()


def test_names_outside_the_catalog_are_reported_with_row_and_near_names() -> None:
    kept = keep_table(PAST.encode(), "2022.csv", now=NOW, by="李")
    notes = "\n".join(kept.notes)
    assert "牵头“飞行管理局”不在单位目录中，未采用" in notes
    assert "牵头“各县政府”没有点明单位，未采用：第9行" in notes
    assert "“体育总局”按“市体育局”学习：第4行" in notes
    assert "牵头单位不明，整条任务未采用：第8行、第9行、第10行" in notes
    [slip] = [note for note in kept.notes if "市体教局" in note]
    assert "市教育局" in slip
    assert slip.endswith("第10行")
    assert kept.used == 6


def test_what_is_kept_says_from_where_when_and_by_whom_and_can_be_forgotten(home: Path) -> None:
    kept = keep_table(PAST.encode(), "2022年分解表.csv", now=NOW, by="李")
    keep_table(PAST.encode(), "2022年分解表.csv", now=NOW, by="李")
    [lesson] = lessons()
    assert (lesson.name, lesson.year, lesson.kept_by) == ("2022年分解表.csv", 2022, "李")
    assert lesson.kept_at.startswith("2023-01-05")
    assert learn() is not None
    with pytest.raises(Refusal, match="没有（或不止一份）"):
        forget("ffff")
    forget(kept.lesson.digest[:8])
    assert learn() is None
    assert advisor() is None


def test_a_second_table_is_learned_beside_the_first() -> None:
    keep_table(PAST.encode(), "2022.csv", now=NOW, by="李")
    later = "任务,责任单位\n编制洞穴探险规划,市林业局、市体育局\n"
    keep_table(later.encode(), "2021.csv", now=NOW, by="李")
    made = learn()
    assert made is not None
    assert made.examples == 7
    found = advisor()
    assert found is not None
    assert found.suggest("编制洞穴探险规划", ())[0].unit == "ll-forest"


def test_a_table_of_which_nothing_fits_the_catalog_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        keep_table("任务,牵头单位\n修建空间站,航天局\n".encode(), "t.csv", now=NOW, by="李")
    assert "航天局" in str(refused.value)
    assert lessons() == []


def test_a_damaged_model_is_not_used(home: Path) -> None:
    keep_table(PAST.encode(), "2022.csv", now=NOW, by="李")
    learn()
    head = home / "model" / "model.json"
    head.write_text(head.read_text().replace("ll-sports", "ll-water"))
    assert advisor() is None
    assert suggested()[0] != "ll-water"


def test_the_planners_own_decisions_are_learned_where_they_were_issued(cast: Cast) -> None:
    cast.draft(("ll-audit",))
    with pytest.raises(Refusal, match="还没有已下达的任务"):
        keep_cases(now=cast.now, by="李")
    task = cast.issued(("ll-audit",), lead="ll-culture", responsible="ll-culture-head")
    assert task.parent is not None
    assert task.parent.data["suggested_lead"] == "ll-edu", "the planner decided otherwise"
    kept = keep_cases(now=cast.now, by="李")
    assert kept.used == 1
    [told] = kept.lesson.tasks
    text = str(task.parent.data["text"])
    assert (told.text, told.leads, told.assists) == (text, ("ll-culture",), ("ll-audit",))
    learn()
    found = advisor()
    assert found is not None
    assert found.suggest(text, ())[0].unit == "ll-culture"


def test_the_command_learns_lists_and_forgets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(["learn", str(table(tmp_path)), "--by", "李"]) == 0
    said = capsys.readouterr().err
    assert "2022年分解表.csv（2022，" in said
    assert "9 条任务，采用 6 条" in said
    assert "第8行" in said
    assert "已学习 6 条任务" in said
    assert plan(["learn", "--list"]) == 0
    digest, year, tasks, _, by, name = capsys.readouterr().out.strip().split("\t")
    assert (year, tasks, by, name) == ("2022", "9", "李", "2022年分解表.csv")
    assert plan(["learn", "--forget", digest]) == 0
    assert "只按目录中的职责词" in capsys.readouterr().err


def test_the_command_refuses_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(["learn", str(table(tmp_path, "甲,乙\n1,2\n"))]) == 1
    assert "没有任务分解表" in capsys.readouterr().err
    assert plan(["learn", str(tmp_path / "不在.xlsx")]) == 2
    assert "无法读取" in capsys.readouterr().err


def test_a_lesson_that_was_damaged_is_named(home: Path) -> None:
    keep_table(PAST.encode(), "2022.csv", now=NOW, by="李")
    path = next((home / "lessons").glob("*.json"))
    path.write_text(json.dumps({"version": 9}))
    with pytest.raises(Refusal) as refused:
        learn()
    assert path.name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "code", "same"),
    [
        ("市教育局", "ll-edu", False),
        ("教育局", "ll-edu", False),
        ("教育部", "ll-edu", True),
        ("省教育厅", "ll-edu", True),
        ("国家发展改革委", "ll-drc", True),
        ("市发改委", "ll-drc", False),
        ("人力资源社会保障部", "ll-hr", True),
        ("住房城乡建设部", "ll-housing", True),
        ("市场监管总局", "ll-market", True),
        ("国家市场监督管理总局", "ll-market", True),
        ("税务总局", "ll-tax", True),
        ("国家医保局", "ll-medicare", True),
        ("省经济和信息化厅", "ll-miit", True),
        ("孝义市", "ll-xiaoyi", False),
    ],
)
def test_a_name_finds_the_citys_unit(name: str, code: str, same: bool) -> None:
    assert UnitNames(city().units.values()).find(name) == Found(code, same)


@pytest.mark.parametrize(
    "name", ["中央网信办", "海关总署", "合肥海关", "各县（市、区）政府", "国务院办公厅"]
)
def test_a_name_without_a_counterpart_finds_none(name: str) -> None:
    assert UnitNames(city().units.values()).find(name) is None


def test_a_market_is_not_a_city() -> None:
    assert office_key("市场监管总局") == office_key("市市场监督管理局") == "市场监管"


def test_a_unit_that_was_merged_away_stands_for_its_heir() -> None:
    gone = city().units["ll-edu"]
    names = UnitNames(
        [city().units["ll-culture"]],
        {"old": _Merged(gone.name, "", "older"), "older": _Merged("市旧局", "", "ll-culture")},  # type: ignore[dict-item]
    )
    assert names.find("市教育局") == Found("ll-culture")


class _Merged:
    """What a merged unit of the catalog says."""

    def __init__(self, name: str, short: str, into: str) -> None:
        self.name, self.short, self.into = name, short, into
