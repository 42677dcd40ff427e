"""An imported report keeps its original: Word, web page and scan stay marked, each commitment on its own words."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.kernel.cases.models import Case
from bihuan.plan.reading import commitments_of
from tests.acceptance import originals
from tests.plan.conftest import Office
from tests.plan.test_drop_a_report import dropped, worked_off

TAG = re.compile(r"<[^>]+>")


def imported(office: Office, path: Path) -> tuple[Client, Case, str]:
    """A dropped file that was taken into a plan: a planner, the report, its address."""
    client = office.planner_client()
    row = dropped(client, file=SimpleUploadedFile(path.name, path.read_bytes()), year="2023")
    worked_off()
    taken = client.post(f"/plan/compiling/{row.token}/", {"do": "take"})
    assert taken.status_code == 302, taken.content.decode()[:500]
    report = Case.objects.filter(matter="plan.report").latest("pk")
    return client, report, f"/reports/{report.number}/original/"


def marked(page: str, number: str) -> str:
    """The words under the marks of a commitment, joined."""
    found = re.findall(rf'<mark[^>]*data-c="{number}"[^>]*>(.*?)</mark>', page, re.S)
    return unescape("".join(TAG.sub("", one) for one in found))


def test_a_word_file_is_marked_on_each_commitment(office: Office, tmp_path: Path) -> None:
    client, report, address = imported(office, originals.word_file(tmp_path))
    page = client.get(address).content.decode()
    for case in commitments_of(report):
        words = str(case.data["text"])
        assert re.sub(r"\s", "", marked(page, case.number)) == re.sub(r"\s", "", words)


def test_a_web_page_is_framed_marked_and_harmless(office: Office, tmp_path: Path) -> None:
    client, report, address = imported(office, originals.web_page(tmp_path))
    assert f'src="{address}frame/' in client.get(address).content.decode()
    framed = client.get(f"{address}frame/")
    page = framed.content.decode()
    for case in commitments_of(report):
        assert marked(page, case.number) == case.data["text"]
    for harm in ("<script", "onload", "javascript:", "<img", "<form", "127.0.0.1:1"):
        assert harm not in page
    assert "sandbox" in framed["Content-Security-Policy"]
    assert framed["X-Frame-Options"] == "SAMEORIGIN"


def test_a_scan_has_boxes_over_pictures_of_its_pages(office: Office, tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="text recognition is not installed (the extra `ocr`)")
    if not originals.has_font():
        pytest.skip("no Chinese font on this machine: `apt-get install fonts-noto-cjk`")
    client, report, address = imported(office, originals.scanned_page(tmp_path).path)
    page = client.get(address).content.decode()
    for case in commitments_of(report):
        assert f'data-c="{case.number}"' in page.split('class="boxes"')[1]
    picture = client.get(f"{address}pages/1.webp")
    assert picture["Content-Type"] == "image/webp"
    assert b"".join(picture)[8:12] == b"WEBP"  # type: ignore[arg-type]
    assert client.get(f"{address}pages/2.webp").status_code == 404
    assert Client().get(f"{address}pages/1.webp").status_code == 302


def test_a_report_that_was_opened_by_hand_says_that_it_has_none(office: Office) -> None:
    report = office.cast.report()
    page = office.planner_client().get(f"/reports/{report.number}/original/")
    assert page.status_code == 200
    assert "这份报告没有原文" in page.content.decode()
