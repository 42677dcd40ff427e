"""A Word file, a scanned page and a government site's page are dropped; the words are marked in the original itself."""

import base64
import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Locator, Page, expect

from tests.acceptance import originals
from tests.acceptance.conftest import Demo
from tests.acceptance.originals import HEAT, KINDERGARTENS, ROADS

pytestmark = pytest.mark.browser
PATIENCE = 120_000  # milliseconds until a hanging page fails the test; nothing is measured
DROP = """([name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector("[data-drop]").dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: held }));
  }
}"""


def drop(page: Page, demo: Demo, path: Path) -> None:
    """Drop a file onto the page and wait until it is compiled."""
    page.goto(f"{demo.url}plan/import/")
    page.evaluate(DROP, [path.name, "", base64.b64encode(path.read_bytes()).decode()])
    page.wait_for_url(re.compile("/plan/compiling/"))
    expect(page.locator(".panes, .summary")).to_be_visible(timeout=PATIENCE)


def card(page: Page, words: str) -> Locator:
    """The card of the clause with these words."""
    return page.locator(".clause", has=page.locator(".clause-text", has_text=words)).first


def key_of(page: Page, words: str) -> str:
    """The key of that clause."""
    key = card(page, words).get_attribute("data-c")
    assert key
    return key


def marked(place: Page | Locator, key: str) -> str:
    """The words that are marked for a clause, joined."""
    return "".join(place.locator(f'mark[data-c="{key}"]').all_inner_texts())


def test_a_word_file_is_marked_on_its_own_words(demo: Demo, tmp_path: Path) -> None:
    page = demo.page("planner")
    drop(page, demo, originals.word_file(tmp_path))
    for words in (KINDERGARTENS, ROADS, HEAT):
        assert words in marked(page.locator(".word"), key_of(page, words))
    key = key_of(page, KINDERGARTENS)
    assert marked(page.locator(".word"), key) == KINDERGARTENS
    assert page.locator(f'.word mark[data-c="{key}"] b').inner_text() == "幼儿园"

    page.locator(f'.word mark[data-c="{key}"]').first.click()
    expect(page.locator(".clause.here")).to_have_attribute("data-c", key)
    page.keyboard.press("j")
    expect(page.locator(".clause.here")).not_to_have_attribute("data-c", key)
    expect(page.locator(".word mark.here").first).to_be_in_viewport()

    with page.expect_download() as had:
        page.locator("a[href$='marked.docx']").click()
    _has_comments(Path(had.value.path()).read_bytes())


def _has_comments(data: bytes) -> None:
    """The Word file opens, its text is the same, clauses are highlighted, diagnostics are comments."""
    file = Document(io.BytesIO(data))
    text = "\n".join(paragraph.text for paragraph in file.paragraphs)
    assert KINDERGARTENS in text
    inked = "".join(
        run.text for p in file.paragraphs for run in p.runs if run.font.highlight_color is not None
    )
    assert KINDERGARTENS in inked
    assert "word/comments.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert len(list(file.comments)) > 0


def test_a_scanned_page_is_marked_where_the_words_stand(demo: Demo, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="text recognition is not installed (the extra `ocr`)")
    if not originals.has_font():
        pytest.skip(
            "no Chinese font on this machine: install it with `apt-get install fonts-noto-cjk`"
        )
    page = demo.page("planner")
    scan = originals.scanned_page(tmp_path)
    drop(page, demo, scan.path)
    picture = page.locator(".sheet-page img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("e => e.naturalWidth") > 1000
    whole = picture.bounding_box()
    assert whole
    for words, (left, top, right, bottom) in scan.places.items():
        box = page.locator(f'.boxes a[data-c="{key_of(page, words)}"] rect').first.bounding_box()
        assert box
        low, high = whole["x"] + left * whole["width"], whole["x"] + right * whole["width"]
        slack = (
            1.5 * (high - low) / len(words)
        )  # the recogniser may be off by a character and a half
        clause = card(page, words).locator(".clause-text").inner_text()
        if clause == words:  # else the box begins with the words before
            assert abs(box["x"] - low) < slack
        assert abs(box["x"] + box["width"] - high) < slack
        middle = whole["y"] + (top + bottom) / 2 * whole["height"]
        assert box["y"] < middle < box["y"] + box["height"]
        assert box["height"] < 3 * (bottom - top) * whole["height"]

    rect = page.locator(f'.boxes a[data-c="{key_of(page, ROADS)}"] rect').first
    rect.click()
    expect(page.locator(".clause.here .clause-text")).to_have_text(ROADS)


def test_a_page_of_a_government_site_is_marked_and_does_nothing_else(
    demo: Demo, tmp_path: Path
) -> None:
    page = demo.page("planner")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    drop(page, demo, originals.web_page(tmp_path))
    frame = page.frame_locator("iframe[data-frame]")
    for words in (KINDERGARTENS, ROADS):
        key = key_of(page, words)
        expect(frame.locator(f'mark[data-c="{key}"]').first).to_be_visible()
        texts = frame.locator(f'mark[data-c="{key}"]').all_inner_texts()
        assert "".join(texts) == words
    assert frame.locator("script, img, form, link[href^='http']").count() == 0
    outside = frame.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert {href for href in outside if href and not href.startswith("../?")} == set()
    assert all(url.startswith(demo.url) for url in asked), "nothing is loaded from elsewhere"

    card(page, ROADS).locator(".clause-text").click()
    expect(frame.locator("mark.here")).to_have_text(ROADS)
    frame.locator(f'mark[data-c="{key_of(page, KINDERGARTENS)}"]').click()
    expect(page.locator(".clause.here .clause-text")).to_have_text(KINDERGARTENS)


def test_without_scripts_it_is_pasted_compiled_and_found(demo: Demo) -> None:
    signed_in = demo.page("planner").context.storage_state()
    context = demo.browser.new_context(
        locale="zh-CN", java_script_enabled=False, storage_state=signed_in
    )
    page = context.new_page()
    page.goto(f"{demo.url}plan/import/")
    page.fill("#text", "\n\n".join(originals.LINES))
    page.click("main button.primary")
    expect(page.locator(".panes")).to_be_visible(timeout=PATIENCE)
    card(page, ROADS).locator(".clause-text").click()
    expect(page.locator(".report-text mark.here")).to_have_text(ROADS)
    page.locator(".report-text mark", has_text=KINDERGARTENS).locator("a").click()
    expect(page.locator(".clause.here .clause-text")).to_have_text(KINDERGARTENS)
    context.close()


def test_nothing_flows_over_on_a_phone(demo: Demo, tmp_path: Path) -> None:
    page = demo.page("planner", viewport={"width": 390, "height": 844})
    drop(page, demo, originals.word_file(tmp_path))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    card(page, HEAT).locator(".clause-text").click()
    expect(page.locator(".word mark.here").first).to_be_in_viewport()
