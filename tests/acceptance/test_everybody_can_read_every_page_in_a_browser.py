"""Main pages in both themes and languages: axe finds nothing serious, nothing overflows at 360 px, English is English."""

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
RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What the product itself says: labels, buttons, headings, legends. What the city's data says is marked with its language.
CHROME = """() => [...document.querySelectorAll('nav a, button, label, legend, h1, h2, th, summary, .field-help')]
  .filter(e => !e.closest('body [lang]'))
  .map(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(' ').trim())
  .filter(text => /[\\u4e00-\\u9fff]/.test(text))"""
BOTH = ("light-en", "dark-zh-hans")  # each theme and each language once: pages do not mix the two
EACH = ("light-zh-hans", "light-en", "dark-zh-hans", "dark-en")
# role → how it looks there, and its pages; {demand}, {article} and {report} are found in the demonstration
PAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "": (
        EACH,
        "12345/ 12345/map/ 12345/map/?z=14&lat=37.52&lon=111.14 12345/follow/ 12345/mine/"
        " help/ help/?q=xyzzy help/{article}/ promises/ sign-in/",
    ),
    "hotline_operator": (
        BOTH,
        " hotline/ hotline/console/ cases/?matter=hotline.demand cases/{demand}/"
        " knowledge/ knowledge/{article}/",
    ),
    "hotline_dispatcher": (BOTH, "cases/{demand}/"),
    "hotline_callback": (BOTH, "hotline/callback/"),
    "planner": (BOTH, "plan/ plan/{report}/ plan/import/ reports/ reports/{report}/ notices/"),
}


@pytest.fixture(scope="module")
def known(demo: Demo) -> dict[str, str]:
    """A demand that a resident has just sent, an article and a report of the demonstration."""
    page = demo.page(**NARROW)
    page.goto(f"{demo.url}12345/")
    page.fill("#content", "学院路小学门口的斑马线看不清了，孩子过马路危险，请重新画。")
    page.check("[name=kind][value=help]")
    page.fill("#phone", "13835800777")
    page.click("main button.primary")
    found = {"demand": page.locator("#number").inner_text()}
    page.goto(f"{demo.url}help/")
    found["article"] = _last(page.locator("a.title").first.get_attribute("href"))
    page.goto(f"{demo.url}promises/")
    planner = demo.page("planner")
    planner.goto(f"{demo.url}plan/")
    found["report"] = _last(planner.locator("main a[href^='/plan/BG']").first.get_attribute("href"))
    return found


def _last(address: str | None) -> str:
    return (address or "").split("?")[0].strip("/").split("/")[-1]


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


def look(page: Page, demo: Demo, how: str) -> None:
    """Choose theme and language as the menu does."""
    theme, language = how.split("-", 1)
    chosen = {"theme": theme, "django_language": language}
    page.context.add_cookies([{"name": n, "value": v, "url": demo.url} for n, v in chosen.items()])


@pytest.mark.parametrize("role", PAGES)
def test_a_page_is_for_everybody(demo: Demo, known: dict[str, str], role: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make setup")
    page = demo.page(role, **NARROW)
    looks, paths = PAGES[role]
    wrong: dict[str, object] = {}
    for how in looks:
        look(page, demo, how)
        for path in paths.format(**known).split(" "):
            answer = page.goto(f"{demo.url}{path}")
            assert answer is not None
            assert answer.ok, path
            if found := found_by_axe(page):
                wrong[f"{how} {path} axe"] = found
            if over := page.evaluate(WIDER):
                wrong[f"{how} {path} wider by"] = over
            if how.endswith("en") and (left := page.evaluate(CHROME)):
                wrong[f"{how} {path} Chinese"] = left
    assert re.sub(r"\s+", " ", str(wrong)) == "{}"
