"""The planner takes the decomposition table out, corrects it in Excel, and brings it back, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Demo
from tests.plan.test_take_the_table_out_and_in import Edited

pytestmark = pytest.mark.browser


def downloaded(page: Page, words: str, folder: Path) -> Path:
    """What a click on a link gives."""
    with page.expect_download() as found:
        page.get_by_role("link", name=words).first.click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def confirmed(page: Page, demo: Demo) -> str:
    """The number of a commitment that waits to be decomposed."""
    page.goto(f"{demo.url}cases/?matter=plan.commitment&state=confirmed")
    address = page.locator("table.list a.title").last.get_attribute("href") or ""
    return address.rstrip("/").split("/")[-1]


def test_an_edited_table_comes_back_with_its_differences_shown(demo: Demo, tmp_path: Path) -> None:
    page = demo.page("planner")
    page.goto(f"{demo.url}plan/")
    path = downloaded(page, "导出分解表 Excel", tmp_path)
    assert "任务分解表" in path.name
    assert downloaded(page, "导出分解表 Word", tmp_path).read_bytes()[:2] == b"PK"

    table = Edited(path.read_bytes())
    number = confirmed(page, demo)
    shown = table.page.cell(table.row(number), table.column("牵头单位")).value
    assert not shown or str(shown).startswith("（建议）")
    table.put(number, "牵头单位", "市农业农村局")
    table.put(number, "工作措施", "倒排工期，每周调度")
    path.write_bytes(table.data)

    page.goto(f"{demo.url}plan/")
    page.get_by_role("link", name="导入改过的分解表").first.click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="看看改了什么").click()
    expect(page.locator("h1")).to_have_text("分解表的改动")
    expect(page.locator("table.list")).to_contain_text("市农业农村局")
    expect(page.locator("table.list")).to_contain_text("倒排工期，每周调度")
    page.get_by_role("button", name="确认").click()
    expect(page.locator("main, .messages").first).to_be_visible()
    expect(page.locator("body")).to_contain_text("已按分解表修改 1 行 2 格")

    page.goto(f"{demo.url}cases/{number}/")
    expect(page.locator(".page-head .tag").first).to_have_text("已分解")
