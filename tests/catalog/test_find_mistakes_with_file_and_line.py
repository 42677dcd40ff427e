"""Each kind of mistake in a catalog is reported once, with the file and the line where it is to be mended."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from bihuan.kernel.catalog import load
from bihuan.kernel.catalog.load import check_city, load_city
from bihuan.kernel.errors import CatalogError

Edit = Callable[[str, str, str], Path]
SECOND_LIAISON = (
    "\n  - code: works-liaison\n    unit: works\n    name: 联络员\n    roles: [handler]\nevery:"
)
LATER = "      - from: 2024-07-01"

# file, what to replace, by what, the line of the problem, a part of its message
SHAPE = [
    ("city.yaml", "name: 青石市\n", "", 2, "name: 缺少这一项"),
    ("city.yaml", "digest: sha256", "digest: md5", 10, "digest: 只能是 'sm3' or 'sha256', 现为“md5”"),
    ("city.yaml", "digest: sha256", "digests: sha256", 10, "digests: 没有这个键, 是不是 digest"),
    ("city.yaml", "timezone: Asia/Shanghai", "timezone: Beijing", 6, "未知时区“Beijing”"),
    ("city.yaml", '"13:30", "17:00"', '"12:00", "17:00"', 7, "上下班时间必须由早到晚"),
    ("city.yaml", '"13:30", "17:00"', '"13:30", "25:00"', 9, "写法应符合"),
    ("city.yaml", '  - ["13:30", "17:00"]', '  - ["13:30"]', 9, "缺少这一项"),
    ("units.yaml", "code: works", "code: 建设局", 13, "units.2.code: 写法应符合"),
    ("units.yaml", "short: 建设局", "short: 12", 15, "应为文字, 数字请加引号, 现为“12”"),
    ("units.yaml", "duties: [道路, 路灯]", "duties: 道路", 19, "应为列表"),
    ("units.yaml", "kind: office", "kind: bureau", 9, "units.1.kind: 只能是"),
    ("roles.yaml", "  clerk:\n", "  Clerk:\n", 3, "写法应符合"),
    ("posts.yaml", "roles: [clerk]", "roles: []", 6, "至少要有 1 项"),
    ("calendar.yaml", "2031-01-04", "2031-02-30", 7, "应为日期"),
    ("calendar.yaml", "[2031]", "[1931]", 2, "不能小于 2000"),
    ("parameters.yaml", "value: 3.5", "value: 三天半", 12, "应为数字"),
    ("parameters.yaml", "value: 3.5", "value: NaN", 12, "应为数字"),
    ("lights.yaml", "light: green", "light: blue", 14, "只能是"),
    ("matters/letters.reply.yaml", "required: true, max: 100", "required: 2, max: 100", 12, "应为 true 或 false"),
    ("matters/letters.reply.yaml", "max: 100", "max: many", 12, "应为整数"),
    ("matters/letters.reply.yaml", "amount: 4, unit: working_hours", "amount: 4, unit: hours", 70, "只能是"),
    ("matters/letters.reply.yaml", "    within: {amount: 1, unit: working_days}\n", "", 59, "三者必取其一"),
    ("matters/letters.reply.yaml", "version: 1\n", "version: 1\nversion: 2\n", 4, "键“version”重复, 第 3 行已有"),
]  # fmt: skip

AGREEMENT = [
    ("city.yaml", 'region: "990100"', 'region: "990199"', 5, "区划代码“990199”不在 regions.yaml 中"),
    ("regions.yaml", 'code: "990101"', 'code: "990100"', 8, "代码“990100”重复, 第 3 行已有"),
    ("regions.yaml", 'parent: "990100"', 'parent: "990200"', 5, "上级区划“990200”不存在"),
    ("regions.yaml", '    parent: "990100"\n', "", 7, "只能有一个根"),
    ("units.yaml", "code: works", "code: office", 13, "代码“office”重复, 第 7 行已有"),
    ("units.yaml", "name: 市建设局", "name: 市政府办公室", 14, "代码“市政府办公室”重复, 第 8 行已有"),
    ("units.yaml", "parent: gov\n    region: \"990101\"", "parent: govt\n    region: \"990101\"", 17, "上级单位“govt”不存在"),
    ("units.yaml", "    kind: government\n", "    kind: government\n    parent: works\n", 6, "单位上下级成环: gov → works → gov"),
    ("units.yaml", "    parent: gov\n    region: \"990101\"", "    region: \"990101\"", 13, "单位“works”没有上级, 而根已是“gov”"),
    ("units.yaml", 'region: "990101"', 'region: "990109"', 18, "区划代码“990109”不在"),
    ("roles.yaml", "excludes: [handler]", "excludes: [handler, boss]", 15, "角色“boss”不在 roles.yaml 中"),
    ("roles.yaml", "excludes: [handler]", "excludes: [handler, checker]", 15, "不能与自己互斥"),
    ("roles.yaml", "  handler:\n", "  boss: {label: 主任, sees: city}\n  handler:\n", 7, "没有任何岗位担任角色“boss”"),
    ("posts.yaml", "code: office-checker", "code: office-clerk", 7, "代码“office-clerk”重复, 第 3 行已有"),
    ("posts.yaml", "\nevery:", SECOND_LIAISON, 19, "代码“works-liaison”重复, 第 12 行已有"),
    ("posts.yaml", "unit: office\n    name: 收信人", "unit: desk\n    name: 收信人", 4, "单位“desk”不在 units.yaml 中"),
    ("posts.yaml", "oversees: [works]", "oversees: [roads]", 11, "单位“roads”不在 units.yaml 中"),
    ("posts.yaml", "kinds: [department]", "kinds: [department]\n    but_not: [roads]", 14, "单位“roads”不在 units.yaml 中"),
    ("posts.yaml", "roles: [clerk]", "roles: [clerk, boss]", 6, "角色“boss”不在 roles.yaml 中"),
    ("posts.yaml", "roles: [checker]", "roles: [checker, handler]", 10, "角色“checker”与“handler”互斥"),
    ("calendar.yaml", "2031-01-04", "2031-01-01", 7, "代码“2031-01-01”重复, 第 4 行已有"),
    ("calendar.yaml", "2031-01-04", "2031-01-06", 7, "是星期一至星期五, 本来就上班"),
    ("calendar.yaml", "[2031]", "[2031, 2032]", 2, "2032 年列为完整年份"),
    ("parameters.yaml", LATER, LATER.replace("2024-07", "2023-01"), 11, "起始日期 2023-01-01 重复"),
    ("parameters.yaml", LATER, LATER.replace("2024", "2022"), 11, "起始日期应由早到晚"),
    ("lights.yaml", "key: fine", "key: near", 13, "代码“near”重复, 第 7 行已有"),
    ("lights.yaml", "days: letters.near_due_days", "days: letters.near", 12, "参数“letters.near”不在 parameters.yaml 中"),
    ("matters/letters.reply.yaml", "reply_days, unit: working_days", "reply_days, unit: days", 66, "此处以 days 计, 而参数"),
]  # fmt: skip

MEANT = [
    ("posts.yaml", "- suffix: liaison", "- sufix: liaison", 15, "sufix: 没有这个键, 是不是 suffix"),
    ("parameters.yaml", LATER, LATER.replace("from", "form"), 11, "form: 没有这个键, 是不是 from"),
    ("matters/letters.reply.yaml", "    requires: [unit]", "    require: [unit]", 30, "require: 没有这个键, 是不是 requires"),
    ("matters/letters.reply.yaml", "{amount: 1, unit", "{amounts: 1, unit", 62, "amounts: 没有这个键, 是不是 amount"),
    ("matters/letters.reply.yaml", "text, label: 标题", "text, lable: 标题", 12, "lable: 没有这个键, 是不是 label"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "says"), SHAPE + AGREEMENT + MEANT)
def test_a_mistake_is_named_with_file_and_line(
    edit: Edit, file: str, old: str, new: str, line: int, says: str
) -> None:
    problems = [str(problem) for problem in check_city(edit(file, old, new))]
    assert [p for p in problems if p.startswith(f"{file}:{line}: ") and says in p], problems
    assert len([p for p in problems if says in p]) == 1, problems


def test_every_message_is_chinese_and_english(edit: Edit) -> None:
    (problem,) = check_city(edit("lights.yaml", "key: fine", "key: fine\n    rank: 1"))
    assert str(problem) == (
        "lights.yaml:14: lights.2.rank: 没有这个键, 请检查拼写（unknown key: check the spelling）"
    )


def test_all_mistakes_are_reported_at_once(edit: Edit) -> None:
    edit("units.yaml", "code: works", "code: office")
    edit("lights.yaml", "key: fine", "key: near")
    city = edit("calendar.yaml", "2031-01-04", "2031-01-06")
    with pytest.raises(CatalogError) as caught:
        load_city(city)
    files = {problem.file for problem in caught.value.problems}
    assert files >= {"units.yaml", "lights.yaml", "calendar.yaml"}
    assert str(caught.value).count("\n") == len(caught.value.problems) - 1


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "lights.yaml").unlink()
    assert [str(p) for p in check_city(copy)] == [
        "lights.yaml:1: 缺少这个文件（this file is missing）"
    ]


def test_a_file_that_nobody_reads_is_named(copy: Path) -> None:
    (copy / "unit.yaml").write_text("units: []", encoding="utf-8")
    (copy / "matters" / "letters.yml").write_text("key: a.b", encoding="utf-8")
    assert [p.file for p in check_city(copy)] == ["matters/letters.yml", "unit.yaml"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "没有这个目录" in str(check_city(tmp_path / "nowhere")[0])


def test_a_leak_of_a_flow_is_named_where_it_stands(
    tiny_city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaks(*_: object, **__: object) -> tuple[SimpleNamespace, ...]:
        found = ("actions", "verify", "by", 0), ("states", "closed", "colour"), ("nowhere",)
        return tuple(SimpleNamespace(loc=loc, message="漏") for loc in found)

    monkeypatch.setattr(load, "check_matter", leaks)
    assert [p.line for p in check_city(tiny_city)] == [2, 21, 49]


def test_two_matters_with_one_key_are_named(copy: Path) -> None:
    text = (copy / "matters" / "letters.reply.yaml").read_text(encoding="utf-8")
    (copy / "matters" / "second.yaml").write_text(text, encoding="utf-8")
    problems = [str(p) for p in check_city(copy)]
    assert problems[0].startswith("matters/second.yaml:2: key “letters.reply”与")
    assert problems[1].startswith("matters/second.yaml:6: prefix “LX”与")


def test_a_light_rule_that_no_function_answers_to_is_named(tiny_city: Path) -> None:
    (problem,) = check_city(tiny_city, light_rules={"overdue", "on_plan"})
    assert str(problem).startswith("lights.yaml:10: 没有规则“near_due”, 可用: on_plan、overdue")
