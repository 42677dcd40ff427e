"""One demand, from a resident's telephone to its close through a return, two departments and a caller who is not content."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Demo
from tests.acceptance.test_take_a_promise_round_the_loop_in_a_browser import deed, state

pytestmark = pytest.mark.browser
LEAD, OTHER = "ll-agri", "ll-drc"  # the units of the accounts handler and handler_2
PICTURES = os.environ.get(
    "BIHUAN_PICTURES", ""
)  # where the guide's pictures go, when they are wanted
PHONE = "13800138000"


def picture(page: Page, name: str) -> None:
    """A picture for docs/hotline.md."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def keys(page: Page, *pressed: str) -> None:
    """Type as an operator does, without a mouse: `Alt+…` goes somewhere, everything else is text."""
    for one in pressed:
        if re.fullmatch(r"(Alt|Control)\+\w+|Tab|Enter", one):
            page.keyboard.press(one)
        else:
            page.keyboard.insert_text(one)


def sent_by_a_resident(demo: Demo) -> tuple[Page, str]:
    """A resident says it on a telephone's screen; their page, and the demand's number."""
    page = demo.page(viewport={"width": 390, "height": 844})
    page.goto(f"{demo.url}12345/")
    page.fill("#content", "信义镇村口的农田灌溉水泵坏了三天，高标准农田浇不上水，急。")
    page.check("[name=kind][value=help]")
    page.fill("#phone", PHONE)
    page.click("main button.primary")
    number = page.locator("#number").inner_text()
    page.get_by_role("link", name="查看办理进展").click()
    expect(page.locator("#says")).to_contain_text("等待热线中心")
    return page, number


def at(demo: Demo, role: str, url: str) -> Page:
    """Somebody's window on a case."""
    page = demo.page(role)
    page.goto(url)
    return page


def test_one_demand_goes_through_everybody_to_its_close(demo: Demo) -> None:
    resident, number = sent_by_a_resident(demo)
    demand = f"{demo.url}cases/{number}/"
    operator = at(demo, "hotline_operator", demand)
    deed(operator, "dispatch", lead=OTHER, routing="按内容判断")
    other, lead = at(demo, "handler_2", demand), at(demo, "handler", demo.url)
    _returned_and_dispatched_again(demo, demand, other)
    _handled_by_two(demand, lead, other)
    _answered_and_checked(demo, demand, lead, "水泵已更换，当天恢复供水。")
    _called_back(demo, demand, solved=False, rating="bad")
    lead.goto(demand)
    assert state(lead) == "办理中"
    expect(lead.locator("main")).to_contain_text("未解决")
    resident.reload()
    expect(resident.locator("main")).to_contain_text("重新办理")
    _answered_and_checked(demo, demand, lead, "又换了一台水泵，并已试水，村民在场。")
    _called_back(demo, demand, solved=True, rating="good")
    assert state(at(demo, "hotline_callback", demand)) == "已办结"
    resident.reload()
    expect(resident.locator("main")).to_contain_text("村民在场")
    expect(resident.locator("#says")).to_contain_text("办结")
    _ledger_is_clean(demo)


def test_an_operator_needs_no_mouse(demo: Demo) -> None:
    page = at(demo, "hotline_operator", f"{demo.url}hotline/")
    page.get_by_role("link", name="打开话务台").press("Enter")
    expect(page.locator("#call-caller_phone")).to_be_focused()
    keys(page, "13911110000", "Alt+KeyT", "楼道的灯坏了", "Tab")
    page.locator("#call-kind").select_option("help")
    page.locator("#call-content").focus()
    keys(page, "建设小区二号楼的楼道灯坏了，老人摸黑上下楼，住建局管的物业不来修。")
    expect(page.locator('#routes [data-alt="Digit1"]')).to_be_visible()
    expect(page.locator("#caller")).to_contain_text("没有您可见的诉求")
    keys(page, "Alt+Digit1")
    expect(page.locator("#step-dispatch")).to_have_attribute("open", "")
    expect(page.locator("#call-lead")).not_to_have_value("")
    expect(page.locator("#call-lead")).to_be_focused()
    picture(page, "hotline-console")
    keys(page, "Control+Enter")
    first = _number_said(page)
    _joined_by_a_second_call(page, first)
    page.goto(f"{demo.url}cases/{first}/")
    expect(page.locator("main")).to_contain_text("并入本单的诉求")
    page.goto(f"{demo.url}hotline/console/")
    keys(page, "13911110000", "Alt+KeyT")
    expect(page.locator("#caller")).to_contain_text("楼道的灯坏了")
    expect(page.locator("#caller")).not_to_contain_text("13911110000")


def _joined_by_a_second_call(page: Page, first: str) -> None:
    keys(page, "13911112222", "Alt+KeyT", "楼道灯不亮")
    page.locator("#call-kind").select_option("help")
    page.locator("#call-content").focus()
    keys(page, "建设小区二号楼楼道灯坏了，摸黑上下楼")
    expect(page.locator("#alike")).to_contain_text(first)
    keys(page, "Alt+KeyM", "Tab", "Enter")  # the link, then the button that joins
    expect(page.locator("#call-main")).to_have_value(first)
    keys(page, "Enter")
    expect(page.locator(".notice.good").first).to_contain_text("已并单")


def _number_said(page: Page) -> str:
    said = page.locator(".notice.good", has_text="已登记").first
    expect(said).to_be_visible()
    number = re.search(r"SQ[\d-]+", said.inner_text())
    assert number, said.inner_text()
    return number[0]


def _returned_and_dispatched_again(demo: Demo, demand: str, other: Page) -> None:
    deed(
        other, "return", ground="not_our_duty", basis="三定规定：农田水利由农业农村部门负责",
        reason="不属于本单位职责",
    )  # fmt: skip
    assert state(other) == "退单待审"
    dispatcher = at(demo, "hotline_dispatcher", demand)
    deed(dispatcher, "accept_return", opinion="理由成立")
    dispatcher.goto(demand)
    dispatcher.locator("#deed-dispatch summary").first.click()
    dispatcher.locator(f'#deed-dispatch [name=assist][value="{OTHER}"]').check()
    deed(dispatcher, "dispatch", lead=LEAD, routing="高标准农田管护")
    assert state(dispatcher) == "待签收"
    dispatcher.goto(f"{demo.url}hotline/")
    expect(dispatcher.locator("#stage-dispatched")).to_contain_text("1")
    picture(dispatcher, "hotline-entry")


def _handled_by_two(demand: str, lead: Page, other: Page) -> None:
    lead.goto(demand)
    deed(lead, "sign_for")
    lead.goto(demand)
    deed(lead, "contact", way="phone", said="已联系，约定下午到场")
    lead.goto(demand)
    deed(lead, "ask_assist", request="请落实水泵更换资金")
    assert state(lead) == "待协办"
    part = str(lead.locator('a.title[href*="/cases/XS"]').first.evaluate("e => e.href"))
    other.goto(part)
    deed(other, "deliver", result="资金已落实。")
    lead.goto(part)
    deed(lead, "accept")
    lead.goto(demand)
    assert state(lead) == "办理中"
    expect(lead.locator("main")).to_contain_text("资金已落实")


def _answered_and_checked(demo: Demo, demand: str, lead: Page, answer: str) -> None:
    lead.goto(demand)
    deed(lead, "reply", answer=answer)
    assert lead.locator("#deed-solved").count() == 0
    checker = at(demo, "hotline_quality", demand)
    deed(checker, "pass")
    assert state(checker) == "待回访"


def _called_back(demo: Demo, demand: str, *, solved: bool, rating: str) -> None:
    desk = at(demo, "hotline_callback", f"{demo.url}hotline/callback/")
    number = demand.rstrip("/").rsplit("/", 1)[-1]
    expect(desk.locator("main")).to_contain_text("农业农村局")
    picture(desk, "hotline-callback")
    desk.locator(f'a.title[href*="{number}"]').click()
    desk.get_by_role("button", name="查看号码并记入台账").click()
    expect(desk.locator(".revealed")).to_have_text(PHONE)
    desk.locator("#ask-rating").select_option(rating)
    desk.get_by_role("button", name="记录回访结果").click()
    expect(desk.locator(".summary")).to_contain_text("请问清诉求是否解决")
    desk.locator("#ask-is_solved").select_option("true" if solved else "false")
    picture(desk, "hotline-call")
    desk.get_by_role("button", name="记录回访结果").click()
    expect(desk.locator(".notice.good").first).to_contain_text("已办理")


def _ledger_is_clean(demo: Demo) -> None:
    auditor = at(demo, "auditor", f"{demo.url}ledger/")
    auditor.locator("form[action*=verify] button").first.click()
    expect(auditor.locator("main")).to_contain_text("相符")
