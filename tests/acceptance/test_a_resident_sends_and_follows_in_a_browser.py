"""A resident on a screen of 390 px says something with a picture, gets number and code, and follows it elsewhere."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Demo
from tests.hotline.conftest import photo

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def fits(page: Page) -> None:
    """Nothing on the page asks a thumb to scroll sideways."""
    assert not page.evaluate(WIDER)


def test_a_resident_sends_a_picture_and_follows_it(demo: Demo, tmp_path: Path) -> None:
    picture = tmp_path / "路灯.jpg"
    picture.write_bytes(photo(1600))
    page = demo.page(**PHONE)
    page.goto(f"{demo.url}12345/")
    fits(page)
    page.fill("#content", "滨河北路与久安路口的路灯坏了三天，晚上很黑，希望尽快修好。")
    page.check("[name=kind][value=help]")
    page.select_option("#place", "141102")
    page.fill("#phone", "123")
    page.set_input_files("#files", picture)
    page.screenshot(path=tmp_path / "send.png", full_page=True)
    page.click("main button.primary")
    expect(page.locator("#phone-error")).to_contain_text("不是有效的电话")
    expect(page.locator("#content")).to_have_value(
        "滨河北路与久安路口的路灯坏了三天，晚上很黑，希望尽快修好。"
    )
    fits(page)
    page.fill("#phone", "13835800001")
    page.set_input_files("#files", picture)
    page.click("main button.primary")
    number, code = page.locator("#number").inner_text(), page.locator("#code").inner_text()
    fits(page)
    page.screenshot(path=tmp_path / "sent.png", full_page=True)

    other = demo.page(**PHONE)
    other.goto(f"{demo.url}12345/{number}/")
    expect(other.locator("#number")).to_have_value(number)
    other.fill("#code", code.lower())
    other.click("main button.primary")
    expect(other.locator("#says")).to_contain_text("等待热线中心派给承办单位")
    image = other.locator(".thumbs img").first
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    expect(image).to_have_js_property("naturalWidth", 1000)
    other.locator("summary", has_text="补充情况或图片").click()
    other.fill("#words", "昨晚又灭了一盏")
    other.locator("button.primary", has_text="补充").click()
    expect(other.locator(".timeline")).to_contain_text("昨晚又灭了一盏")
    fits(other)
    other.screenshot(path=tmp_path / "follow.png", full_page=True)
