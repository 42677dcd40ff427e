"""An operator keeps a list, sees its count change, handles five at once of which one is refused, takes it out and prints it."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Demo
from tests.acceptance.test_take_a_promise_round_the_loop_in_a_browser import deed

pytestmark = pytest.mark.browser
NAMED = "批量用例"


def registered(demo: Demo, count: int) -> list[str]:
    """So many demands that an operator registers at the console; their numbers."""
    page = demo.page("hotline_operator")
    for index in range(count):
        page.goto(f"{demo.url}cases/open/hotline.demand/")
        fields = {"title": f"{NAMED}第{index}盏路灯不亮", "content": "滨河北路路灯坏了三天"}
        for name, value in fields.items():
            page.fill(f"main [name={name}]", value)
        chosen = {
            "kind": "help",
            "channel": "phone",
            "pace": "general",
            "urgency": "normal",
            "identity": "anonymous",
        }
        for name, value in chosen.items():
            page.select_option(f"main [name={name}]", value)
        page.click("main button.primary")
        page.wait_for_url("**/cases/SQ*/")
    page.goto(f"{demo.url}cases/?matter=hotline.demand&state=registered&q={NAMED}")
    return [box.get_attribute("value") or "" for box in page.locator("td.pick input").all()]


def renewed(page: Page) -> None:
    """What the page does by itself every twenty seconds, now."""
    with page.expect_response(lambda answer: "/lists/counts/" in answer.url):
        page.evaluate("htmx.trigger(document.querySelector('.chips'), 'renew')")


def test_an_operator_works_through_a_list(demo: Demo, tmp_path: Path) -> None:
    numbers = registered(demo, 5)
    assert len(numbers) == 5
    page = demo.page("hotline_dispatcher")
    page.goto(f"{demo.url}cases/?matter=hotline.demand&state=registered&q={NAMED}")
    page.locator("#keep summary").click()
    page.fill("#keep [name=name]", "待派路灯")
    page.get_by_role("button", name="保存当前条件").click()
    chip = page.locator(".chip", has_text="待派路灯")
    expect(chip.locator("b")).to_have_text("5")
    expect(chip).to_have_attribute("aria-current", "page")
    other = demo.page("hotline_operator")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#picked")).to_have_text("1")
    page.locator("[data-pick-all]").check()
    expect(page.locator("#picked")).to_have_text("5")
    page.get_by_role("button", name="批量办理所选").click()
    expect(page.locator("#going")).to_contain_text("5")
    other.goto(f"{demo.url}cases/{numbers[0]}/")
    deed(other, "decline", ground="unclear", route="请补充具体地点后再来电")
    page.select_option("main [name=lead]", "ll-agri")
    page.locator("main button.primary").click()
    expect(page.locator(".notice.good")).to_contain_text("已办理 4 件")
    expect(page.locator("#refused")).to_contain_text(numbers[0])
    expect(page.locator("#refused")).to_contain_text("不予受理")
    page.goto(f"{demo.url}cases/?matter=hotline.demand&q={NAMED}&columns=state.kind")
    renewed(page)
    expect(page.locator(".chip", has_text="待派路灯").locator("b")).to_have_text("0")
    _taken_out(page, tmp_path)
    _printed(page)
    _signed_for(demo)


def _taken_out(page: Page, folder: Path) -> None:
    with page.expect_download() as caught:
        page.get_by_role("link", name="导出 Excel").click()
    file = folder / "list.xlsx"
    caught.value.save_as(file)
    sheet = load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == [
        "编号",
        "事项",
        "标题",
        "环节",
        "诉求类型",
        "办结时间",
    ]
    assert sheet.max_row == 6


def _printed(page: Page) -> None:
    page.emulate_media(media="print")
    expect(page.locator("table.list")).to_be_visible()
    for hidden in (".filters", ".chips", "#bulk", "td.pick"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")


def _signed_for(demo: Demo) -> None:
    handler = demo.page("handler")
    handler.goto(f"{demo.url}cases/?scope=mine&matter=hotline.demand&q={NAMED}")
    handler.get_by_role("link", name="批量办理全部").click()
    handler.locator("main button.primary").click()
    expect(handler.locator(".notice.good")).to_contain_text("已办理 4 件")
