"""Acting through a page: once, on the newest state, with nothing typed lost."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from tests.cast import Cast
from tests.web.conftest import Visit

DOCX = b"PK\x03\x04 and more"


def url(case: Case, action: str) -> str:
    """Where an action's form goes."""
    return f"/cases/{case.number}/act/{action}/"


def test_an_action_moves_the_case_and_says_so(cast: Cast, visit: Visit) -> None:
    task = cast.issued()
    answer = visit(cast.handler).post(url(task, "sign_for"), {"expect": task.seq}, follow=True)
    assert answer.status_code == 200
    assert "已办理“签收”" in answer.content.decode()
    assert Case.objects.get(pk=task.pk).state == "in_progress"


def test_a_double_submit_acts_once(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    sent = {"progress": "已开工", "key": "one", "expect": task.seq, "shown": ["actuals"]}
    client = visit(cast.handler)
    first, second = (client.post(url(task, "report"), sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Event.objects.filter(stream=task.number, action="report").count() == 1


def test_a_stale_page_says_what_changed_and_keeps_the_text(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    seen = task.seq
    cast.does(task, "urge", cast.leader, message="请抓紧")
    answer = visit(cast.handler).post(
        url(task, "report"), {"progress": "已经写了很久的周报", "expect": seen, "key": "k"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "已经写了很久的周报" in page
    assert "催办" in page
    assert f'name="expect" value="{seen + 1}"' in page


def test_errors_stand_beside_the_field_and_nothing_is_lost(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    sent = {
        "statement": "写了一段", "shown": ["actuals"],
        "actuals.4.target": "0", "actuals.4.value": "很多", "expect": task.seq,
    }  # fmt: skip
    answer = visit(cast.handler).post(url(task, "claim"), sent, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "写了一段" in page
    assert 'value="很多"' in page
    assert 'href="#claim-actuals-0-value"' in page
    assert 'id="claim-actuals-0-value-error"' in page
    assert "<html" not in page


def test_evidence_of_a_wrong_kind_or_size_is_refused(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    client = visit(cast.handler)
    for name, content, reason in (
        ("程序.exe", b"MZ", "类型不收"),
        ("假的.pdf", b"not a pdf", "后缀不符"),
        ("空的.docx", b"", "空文件"),
        ("大的.docx", DOCX + b"0" * 20 * 1024 * 1024, "超过 20 MB"),
    ):
        file = SimpleUploadedFile(name, content)
        sent = {"statement": "完成", "evidence": file, "expect": task.seq}
        answer = client.post(url(task, "claim"), sent)
        assert answer.status_code == 422, name
        assert reason in answer.content.decode(), name
    assert Case.objects.get(pk=task.pk).state == "in_progress"


def test_evidence_uploaded_is_handed_out_again(cast: Cast, visit: Visit) -> None:
    task = cast.in_progress()
    client = visit(cast.handler)
    sent = {"statement": "完成", "evidence": SimpleUploadedFile("验收单.docx", DOCX)}
    assert client.post(url(task, "claim"), sent).status_code == 302
    evidence = Case.objects.get(pk=task.pk).evidence.get()
    answer = client.get(f"/evidence/{evidence.pk}/")
    assert io.BytesIO(answer.getvalue()).read() == DOCX


def test_with_scripts_a_done_action_leads_back_to_the_case(cast: Cast, visit: Visit) -> None:
    task = cast.issued()
    answer = visit(cast.handler).post(url(task, "sign_for"), {}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/cases/{task.number}/"


def test_an_edited_field_reads_old_and_new(cast: Cast, visit: Visit) -> None:
    task = cast.draft()
    cast.does(task, "edit", cast.planner, measures="改为每日调度。")
    page = visit(cast.planner).get(f"/cases/{task.number}/").content.decode()
    assert '<del class="old">倒排工期，每周调度。</del>' in page
    assert '<ins class="new">改为每日调度。</ins>' in page


def test_a_case_is_opened_by_hand(cast: Cast, visit: Visit) -> None:
    client = visit(cast.planner)
    assert client.get("/cases/open/plan.report/").status_code == 200
    sent = {"title": "2024年政府工作报告", "year": "2024", "ends_on": "不是日期"}
    wrong = client.post("/cases/open/plan.report/", sent)
    assert wrong.status_code == 422
    assert 'value="不是日期"' in wrong.content.decode()
    right = sent | {"ends_on": "2024-12-31", "inspection": "ll-inspection", "office": ""}
    answer = client.post("/cases/open/plan.report/", right)
    assert answer.status_code == 302
    assert Case.objects.get(title="2024年政府工作报告").data["office"] == "ll-office"
