"""A promise goes from commitment to sign-off through the accounts, by hand, in a real browser."""

import re
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Demo

pytestmark = pytest.mark.browser
FIVE = {
    "goal": "全部完成并通过验收",
    "measures": "倒排工期，每周调度",
    "standard": "按期完成为合格",
    "milestones.0.text": "全部完成",
}


def deed(page: Page, name: str, files: Path | None = None, **given: str) -> None:
    """Open an action on a case's page, fill it in and send it."""
    box = page.locator(f"#deed-{name}")
    if box.get_attribute("open") is None:
        box.locator("summary").first.click()
    for field, value in given.items():
        control = box.locator(f'[name="{field}"]').first
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    if files:
        box.locator("input[type=file]").first.set_input_files(files)
    page.evaluate("window.before = true")
    with page.expect_response(lambda answer: "/act/" in answer.url) as answered:
        box.locator("button.primary").first.click()
    if answered.value.ok:  # the page is left for a fresh one
        page.wait_for_function("window.before === undefined")
    page.wait_for_load_state("networkidle")


def state(page: Page) -> str:
    """Where the case on the page stands."""
    page.reload()
    return page.locator(".page-head .tag").first.inner_text()


def test_a_promise_goes_from_commitment_to_sign_off(demo: Demo, tmp_path: Path) -> None:
    planner = demo.page("planner")
    planner.goto(f"{demo.url}cases/?matter=plan.commitment&state=confirmed")
    planner.locator("table.list a.title").first.click()
    commitment = planner.url
    deed(planner, "decompose", task_title="演示中的承诺", lead="ll-agri")
    expect(planner.locator(".page-head .tag")).to_have_text("已分解")
    planner.locator("a.title", has_text=re.compile(".")).first.click()
    task = planner.url

    deed(planner, "issue")
    expect(planner.locator(".summary").first).to_contain_text("五定未齐")
    planner.goto(task)
    deed(
        planner,
        "edit",
        leader="ll-mayor",
        responsible="ll-agri-head",
        **FIVE,
        **{"milestones.0.quarter": "q4"},
    )
    deed(planner, "issue")
    assert state(planner) == "待签收"

    handler = demo.page("handler")
    handler.goto(demo.url)
    expect(handler.locator("main")).to_contain_text("待签收")
    handler.goto(task)
    deed(handler, "sign_for")
    deed(handler, "report", progress="已完成招标")
    for part in _parts(handler):
        handler.goto(part)
        deed(handler, "waive", reason="无需配合")
    handler.goto(task)
    deed(handler, "claim", statement="完成")
    expect(handler.locator(".summary").first).to_contain_text("请上传文件")
    handler.goto(task)
    deed(handler, "claim", files=_evidence(tmp_path), statement="全部完成")
    assert state(handler) == "待核查"
    assert handler.locator("#deed-verify").count() == 0

    _verified_and_signed_off(demo, task)
    planner.goto(commitment)
    assert state(planner) == "已兑现"
    _told_to_everybody(demo, commitment)


def _verified_and_signed_off(demo: Demo, task: str) -> None:
    inspector = demo.page("inspector")
    inspector.goto(task)
    deed(inspector, "verify", method="on_site", finding="现场属实")
    assert state(inspector) == "待销号"
    chief = demo.page("inspection_chief")
    chief.goto(task)
    deed(chief, "sign_off")
    assert state(chief) == "已销号"


def _told_to_everybody(demo: Demo, commitment: str) -> None:
    public = demo.page()
    public.goto(f"{demo.url}promises/{commitment.rstrip('/').split('/')[-1]}/")
    expect(public.locator("main")).to_contain_text("销号")
    expect(public.locator("body")).not_to_contain_text("联络员")
    auditor = demo.page("auditor")
    auditor.goto(f"{demo.url}ledger/")
    auditor.locator("form[action*=verify] button").first.click()
    expect(auditor.locator("main")).to_contain_text("相符")


def _parts(page: Page) -> list[str]:
    """Addresses of the assisting units' parts of the task on the page."""
    page.reload()
    links = page.locator("a.title").all()
    found = [link.evaluate("e => e.href") for link in links]
    return [str(url) for url in found if "/cases/XB" in str(url)]


def _evidence(folder: Path) -> Path:
    file = Document()
    file.add_paragraph("验收单")
    path = folder / "验收单.docx"
    file.save(str(path))
    return path


def test_the_newcomer_sees_every_target_of_the_report(demo: Demo) -> None:
    page = demo.page("planner")
    page.goto(f"{demo.url}plan/")
    expect(page.locator("h1")).to_contain_text("2023年政府工作报告")
    page.goto(f"{demo.url}cases/?matter=plan.commitment&q=幼儿园")
    expect(page.locator("main")).to_contain_text("建设普惠性幼儿园25所")
