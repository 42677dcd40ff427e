"""Main pages in both themes and both languages: axe finds nothing serious, nothing overflows at 360 px, English has no Chinese words."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.acceptance.conftest import Demo

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "assets/node_modules/axe-core/axe.min.js"
BAD = ("serious", "critical")
NARROW = {"viewport": {"width": 360, "height": 740}}
PAGES = {
    "": ("12345/", "12345/map/", "12345/follow/", "12345/mine/", "help/", "promises/", "sign-in/"),
    "hotline_operator": ("", "hotline/", "hotline/console/", "cases/", "knowledge/"),
    "hotline_callback": ("hotline/callback/",),
    "planner": ("plan/", "plan/import/", "reports/", "catalog/", "notices/"),
}
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What the product itself says: labels, buttons, headings, legends. What the city's data says stays in its language.
CHROME = """() => [...document.querySelectorAll('nav a, button, label, legend, h1, h2, th, summary, .field-help')]
  .map(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(' ').trim())
  .filter(text => /[\\u4e00-\\u9fff]/.test(text) && text !== '中文')"""


def found_by_axe(page: Page) -> list[str]:
    """Rule and place of each serious violation."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{one['id']}: {node['target']}"
        for one in violations
        if one["impact"] in BAD
        for node in one["nodes"][:3]
    ]


def look(page: Page, demo: Demo, theme: str, language: str) -> None:
    """Choose theme and language as the menu does."""
    page.context.add_cookies(
        [
            {"name": "theme", "value": theme, "url": demo.url},
            {"name": "django_language", "value": language, "url": demo.url},
        ]
    )


@pytest.mark.parametrize(("theme", "language"), [("light", "zh-hans"), ("dark", "en")])
@pytest.mark.parametrize("role", PAGES)
def test_a_page_is_for_everybody(demo: Demo, role: str, theme: str, language: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make setup")
    page = demo.page(role, **NARROW)
    look(page, demo, theme, language)
    wrong: dict[str, object] = {}
    for path in PAGES[role]:
        answer = page.goto(f"{demo.url}{path}")
        assert answer is not None and answer.ok, path
        if found := found_by_axe(page):
            wrong[f"{path} axe"] = found
        if over := page.evaluate(WIDER):
            wrong[f"{path} wider by"] = over
        if language == "en" and (left := page.evaluate(CHROME)):
            wrong[f"{path} Chinese"] = left
    assert re.sub(r"\s+", " ", str(wrong)) == "{}"
