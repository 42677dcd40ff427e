"""The demonstration, started as a newcomer starts it, and browsers for its accounts."""

import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.config.product import Product, free_port

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
MISSING = "no Chromium on this machine: install it with `apt-get install chromium`"


@dataclass
class Demo:
    """A running demonstration."""

    url: str
    passwords: dict[str, str]
    browser: Browser

    def page(self, role: str = "", **options: object) -> Page:
        """A fresh browser window, signed in as a role (nobody for '')."""
        page = self.browser.new_context(locale="zh-CN", **options).new_page()  # type: ignore[arg-type]
        if role:
            page.goto(f"{self.url}sign-in/")
            page.fill("[name=username]", role)
            page.fill("[name=password]", self.passwords[role])
            page.click("main button.primary")
            page.wait_for_selector("nav.nav")
        return page


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`bihuan run` with its demonstration in a directory of its own."""
    if not CHROMIUM:
        pytest.skip(MISSING)
    var = Path(tmp_path_factory.mktemp("demo"))
    product = Product.start(var, free_port(), BIHUAN_DEMO="1")
    try:
        lines = (var / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
        passwords = dict(line.split()[:2] for line in lines)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            yield Demo(f"http://127.0.0.1:{product.port}/", passwords, browser)
            browser.close()
    finally:
        product.end(signal.SIGTERM)
