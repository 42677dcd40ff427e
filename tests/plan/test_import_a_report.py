"""Importing: a preview that writes nothing, then everything or nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.plan import importing
from bihuan.plan.importing import import_report
from bihuan.plan.models import ReportText
from tests.cast import Cast
from tests.plan.conftest import REPORT, Office


def test_the_preview_opens_nothing_and_confirming_opens_everything(office: Office) -> None:
    client = office.planner_client()
    before = Event.objects.count()
    text = REPORT.replace("25所", "26所")
    preview = client.post("/plan/import/", {"text": text, "year": "2023"})
    assert preview.status_code == 200
    assert Event.objects.count() == before
    page = preview.content.decode()
    assert "26所" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    done = client.post("/plan/import/", {"token": token[1]})
    report = Case.objects.filter(matter="plan.report").latest("pk")
    assert done["Location"] == f"/review/{report.number}/"
    assert report.children.count() == len(office.commitments)


def test_a_file_is_taken_too(office: Office) -> None:
    file = SimpleUploadedFile("2023.md", REPORT.replace("25所", "27所").encode())
    page = office.planner_client().post("/plan/import/", {"file": file, "year": ""})
    assert page.status_code == 200
    assert "27所" in page.content.decode()


@pytest.mark.parametrize(
    ("text", "year", "words"),
    [
        ("", "", "没有收到报告"),
        ("今天天气很好。", "2023", "没有在文中找到任何承诺"),
        ("新建学校3所。", "二〇二三", "不是年份"),
        (REPORT, "2023", "已经导入过"),
    ],
)
def test_bad_input_is_told_plainly_and_stays_in_the_box(
    office: Office, text: str, year: str, words: str
) -> None:
    before = Event.objects.count()
    answer = office.planner_client().post("/plan/import/", {"text": text, "year": year})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert words in page
    assert text[:20] in page
    assert Event.objects.count() == before


def test_a_forged_preview_is_refused(office: Office) -> None:
    answer = office.planner_client().post("/plan/import/", {"token": "abc:def"})
    assert answer.status_code == 409
    assert "预览已过期" in answer.content.decode()


def test_a_failure_half_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    planner, before = cast.planner, Event.objects.count()
    whole, calls = importing.commitment_fields, []

    def fails(*given: object) -> dict[str, object]:
        calls.append(given)
        if len(calls) > 2:
            raise Refusal("half", "中途失败")
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "commitment_fields", fails)
    with pytest.raises(Refusal):
        import_report(REPORT.encode(), "2023.md", planner, now=cast.now, year=2023)
    assert (Event.objects.count(), Case.objects.count()) == (before, 0)
    assert not ReportText.objects.exists()


def test_only_the_planner_imports(office: Office) -> None:
    assert office.signed_in("ll-edu-liaison").get("/plan/import/").status_code == 403
