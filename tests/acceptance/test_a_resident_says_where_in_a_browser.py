"""A resident's telephone says where it is, keeps its demands, shows a receipt; the map works without scripts too."""

import re
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.conftest import Demo

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}}
LAT, LON = 37.52341, 111.13402
HERE = {"geolocation": {"latitude": LAT, "longitude": LON}, "permissions": ["geolocation"]}


def opened(page: Page, demo: Demo) -> None:
    """The form, with the part that marks a place."""
    page.goto(f"{demo.url}12345/")
    page.locator("details.pick summary").click()


def marked(page: Page) -> tuple[float, float]:
    """What the form would send."""
    return float(page.input_value("#latitude")), float(page.input_value("#longitude"))


def sent(page: Page, words: str) -> tuple[str, str]:
    """Send it as something new; its number and code."""
    page.fill("#content", words)
    page.check("[name=kind][value=help]")
    page.fill("#phone", "13835800888")
    page.locator("main button.primary").last.click()
    if page.locator("[name=new]").count():
        page.locator("[name=new]").click()
    return page.locator("#number").inner_text(), page.locator("#code").inner_text()


def test_the_telephone_says_where_it_is(demo: Demo) -> None:
    page = demo.page(**PHONE, **HERE)
    opened(page, demo)
    page.locator("[data-here]").click()
    expect(page.locator("#latitude")).to_have_value(f"{LAT:.5f}")
    expect(page.locator("#longitude")).to_have_value(f"{LON:.5f}")
    expect(page.locator("[data-here-said]")).to_have_text("已标出。")
    sent(page, "桥下的步道灯坏了，晚上没法走，请派人来修一下。")


def test_a_telephone_that_may_not_say_it_is_told_what_else(demo: Demo) -> None:
    page = demo.page(**PHONE)
    opened(page, demo)
    page.locator("[data-here]").click()
    expect(page.locator("[data-here-said]")).to_contain_text("或者只写地址")
    expect(page.locator("#latitude")).to_have_value("")


def test_a_tap_on_the_map_is_a_place(demo: Demo) -> None:
    page = demo.page(**PHONE)
    opened(page, demo)
    page.locator("[data-pick]").click()
    drawing = page.locator("[data-drawn] svg.ground")
    expect(drawing).to_be_visible()
    box = drawing.bounding_box()
    assert box is not None
    middle = {"x": box["width"] / 2, "y": box["height"] / 2}
    drawing.click(position=middle)
    expect(page.locator("[data-drawn] .pin")).to_have_count(1)
    first = marked(page)
    south, north = sorted((36.73, 38.74))
    assert south < first[0] < north
    assert 110.37 < first[1] < 112.34
    page.locator("[data-zoom='1']").click()
    expect(page.locator("[data-drawn] svg")).not_to_have_attribute("data-z", "8")
    drawing.click(position={"x": middle["x"] + 60, "y": middle["y"] - 60})
    second = marked(page)
    assert second[0] > first[0]
    assert second[1] > first[1]


def test_a_telephone_keeps_its_own_demands(demo: Demo) -> None:
    page = demo.page(**PHONE)
    page.goto(f"{demo.url}12345/")
    number, code = sent(page, "菜市场门口的垃圾桶满了没人收，气味很大，请处理。")
    page.locator("[data-keep]").check()
    page.goto(f"{demo.url}12345/")
    page.locator("[data-mine-door] a").click()
    row = page.locator("[data-mine] li")
    expect(row).to_contain_text(number)
    row.get_by_role("button", name="查看办理进展").click()
    expect(page.locator("#says")).to_contain_text("等待热线中心")
    expect(page.locator("main")).to_contain_text(code)
    other = demo.page(**PHONE)
    other.goto(f"{demo.url}12345/mine/")
    expect(other.locator("[data-mine] li")).to_have_count(0)
    page.goto(f"{demo.url}12345/mine/")
    page.locator("[data-forget]").click()
    expect(page.locator("[data-mine] li")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('bihuan.demands')") is None


def test_a_camera_reads_the_receipt(demo: Demo, tmp_path: Path) -> None:
    page = demo.page(**PHONE)
    page.goto(f"{demo.url}12345/")
    number, code = sent(page, "小区东门的健身器材断了一根，容易伤到孩子。")
    picture = tmp_path / "receipt.png"
    page.locator(".receipt").screenshot(path=picture)
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(picture)))
    assert read == f"{demo.url}12345/{number}/"
    assert code not in read


def test_the_map_needs_no_script(demo: Demo) -> None:
    page = demo.page(**PHONE, java_script_enabled=False)
    page.goto(f"{demo.url}12345/map/")
    drawing = page.locator("#nearby svg.ground")
    expect(drawing).to_be_visible()
    whole = drawing.get_attribute("data-z")
    page.locator("#way-closer").click()
    assert drawing.get_attribute("data-z") == str(int(whole or 0) + 1)
    before = drawing.get_attribute("data-lat")
    page.locator("#way-north").click()
    assert float(drawing.get_attribute("data-lat") or 0) > float(before or 0)
    page.locator("#way-whole").click()
    assert drawing.get_attribute("data-z") == whole
    page.select_option("[name=state]", "open")
    page.locator(".filters button").click()
    expect(page).to_have_url(re.compile("state=open"))
    expect(page.locator("[data-near]")).to_be_hidden()


def test_the_map_asks_where_only_at_a_tap(demo: Demo) -> None:
    page = demo.page(**PHONE, **HERE)
    page.goto(f"{demo.url}12345/map/")
    assert "lat=" not in page.url
    page.locator("[data-near]").click()
    page.wait_for_url("**lat=37.52**")
    assert "lon=111.13" in page.url
    assert str(LAT) not in page.url
