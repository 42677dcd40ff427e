"""Dropping a report: it waits, is compiled, is shown beside its original, and is taken into a plan; everything bad is told."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.plan import compiling
from bihuan.plan.compiling_result import unpacked
from bihuan.plan.models import Compiling
from bihuan.web.clock import now
from tests.plan.conftest import REPORT, Office


def dropped(client: Client, **form: object) -> Compiling:
    """What became of a form that was accepted."""
    answer = client.post("/plan/import/", {"year": "", **form})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Compiling.objects.get(token=answer["Location"].rstrip("/").split("/")[-1])


def worked_off() -> None:
    """Do what a worker does with all that waits."""
    while row := compiling.claim(now=now()):
        compiling.perform(row, now)


def page_of(client: Client, row: Compiling, query: str = "") -> str:
    """The page of a dropped report."""
    answer = client.get(f"/plan/compiling/{row.token}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_waits_is_compiled_and_is_taken_into_a_plan(office: Office) -> None:
    client, before = office.planner_client(), Event.objects.count()
    row = dropped(client, text=REPORT.replace("25所", "26所"), year="2023")
    assert "等待编译" in page_of(client, row)

    worked_off()
    page = page_of(client, row)
    assert "新建普惠性幼儿园26所" in page
    assert Event.objects.count() == before

    taken = client.post(f"/plan/compiling/{row.token}/", {"do": "take"})
    report = Case.objects.filter(matter="plan.report").latest("pk")
    assert taken["Location"] == f"/review/{report.number}/"
    assert report.children.count() == len(office.commitments)
    again = client.post(f"/plan/compiling/{row.token}/", {"do": "take"})
    assert again["Location"] == taken["Location"], "the same result is not imported twice"
    assert client.get(f"/reports/{report.number}/original/").status_code == 200


def test_a_file_is_taken_too_and_the_same_file_is_not_compiled_twice(office: Office) -> None:
    client, data = office.planner_client(), REPORT.replace("25所", "27所").encode()
    first = dropped(client, file=SimpleUploadedFile("2023.md", data))
    assert dropped(client, file=SimpleUploadedFile("2023.md", data)).pk == first.pk
    worked_off()
    assert dropped(client, file=SimpleUploadedFile("2023.md", data)).pk == first.pk
    assert dropped(client, file=SimpleUploadedFile("2023.md", data), year="2024").pk != first.pk
    assert "27所" in page_of(client, first)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": ""}, "没有收到报告"),
        ({"text": "新建学校3所。", "year": "二〇二三"}, "不是年份"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "类型不收"),
        ({"file": SimpleUploadedFile("a.pdf", b"hello")}, "内容与后缀不符"),
        ({"file": SimpleUploadedFile("a.txt", b"")}, "是空文件"),
    ],
)
def test_what_cannot_be_taken_is_told_and_typed_text_stays(
    office: Office, form: dict[str, object], words: str
) -> None:
    answer = office.planner_client().post(
        "/plan/import/", {"text": "留在框里", "year": "2023"} | form
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert words in page
    assert str(form.get("text", "留在框里")) in page
    assert not Compiling.objects.exists()


def test_what_cannot_be_compiled_is_told_and_can_be_mended(office: Office) -> None:
    client = office.planner_client()
    broken = dropped(client, file=SimpleUploadedFile("a.docx", b"PK\x03\x04 not a Word file"))
    pasted = dropped(client, text="\u3000\n \n\u200b")
    worked_off()
    page = page_of(client, broken)
    assert "这份报告未能编译" in page
    assert "另存" in page
    client.post("/settings/language/", {"language": "en", "next": "/"})
    english = page_of(client, broken)
    assert "could not be compiled" in english
    assert "DOCX" in english
    client.post("/settings/language/", {"language": "zh-hans", "next": "/"})
    box = client.get(f"/plan/import/?again={pasted.token}").content.decode()
    assert "\u200b" in box, "the pasted text comes back to be mended"


def test_a_report_without_promises_is_shown_and_cannot_be_taken(office: Office) -> None:
    client = office.planner_client()
    row = dropped(client, text="过去一年,建成幼儿园10所。", year="2023")
    worked_off()
    assert "没有在文中找到任何承诺" in page_of(client, row)
    assert 'value="take"' not in page_of(client, row)
    assert client.post(f"/plan/compiling/{row.token}/", {"do": "take"}).status_code == 409


def test_a_report_that_was_imported_is_not_taken_again(office: Office) -> None:
    client = office.planner_client()
    row = dropped(client, text=REPORT, year="2023")
    worked_off()
    assert "已经导入过" in page_of(client, row)


def test_another_plan_year_compiles_it_anew(office: Office) -> None:
    client = office.planner_client()
    row = dropped(client, text="# 工作安排\n\n新建普惠性幼儿园25所。")
    worked_off()
    answer = client.post(f"/plan/compiling/{row.token}/", {"do": "year", "year": "2024"})
    assert answer.status_code == 302
    worked_off()
    fresh = Compiling.objects.latest("pk")
    assert fresh.pk != row.pk
    assert fresh.result
    assert {c.deadline.year for c in unpacked(fresh.result).commitments if c.deadline} == {2024}


def test_filters_lead_to_as_many_clauses_as_they_say(office: Office) -> None:
    client = office.planner_client()
    row = dropped(client, text=REPORT, year="2023")
    worked_off()
    shown = {
        show: page_of(client, row, f"?show={show}").count('class="clause ')
        for show in ("all", "plan", "review")
    }
    page = page_of(client, row)
    assert page.count('class="clause ') == shown["plan"]
    assert shown["all"] == shown["plan"] + shown["review"]
    for name, show in (("全部", "all"), ("承诺", "plan"), ("回顾部分", "review")):
        assert f"{name} <b>{shown[show]}</b>" in page
    sections = re.findall(r'section=(\d+)"[^>]*>[^<]* <span class="dim">(\d+)<', page)
    assert sum(int(n) for _, n in sections) == shown["plan"]
    for section, number in sections:
        part = page_of(client, row, f"?show=plan&section={section}")
        assert part.count('class="clause ') == int(number)
    key = unpacked(Compiling.objects.get(pk=row.pk).result or b"").commitments[0].id
    chosen = page_of(client, row, f"?c={key}")
    assert f'here" data-c="{key}" id="o-{key}"' in chosen, "marked in the text without scripts"


def test_only_whoever_dropped_it_and_their_office_see_it(office: Office) -> None:
    row = dropped(office.planner_client(), text=REPORT, year="2023")
    stranger = office.signed_in("ll-edu-liaison")
    assert stranger.get("/plan/import/").status_code == 403
    assert stranger.get(f"/plan/compiling/{row.token}/").status_code == 403
    assert stranger.post(f"/plan/compiling/{row.token}/", {"do": "take"}).status_code == 403
    Compiling.objects.filter(pk=row.pk).update(person=office.cast.handler.person, unit="ll-edu")
    assert office.planner_client().get(f"/plan/compiling/{row.token}/").status_code == 404
    assert Client().get(f"/plan/compiling/{row.token}/").status_code == 302


def test_a_cancelled_one_is_given_up_and_can_be_tried_again(office: Office) -> None:
    client = office.planner_client()
    row = dropped(client, text=REPORT, year="2023")
    taken = compiling.claim(now=now())
    assert taken
    client.post(f"/plan/compiling/{row.token}/", {"do": "cancel"})
    assert not compiling.beat(taken, now=now())
    with pytest.raises(compiling.Stopped):
        compiling.perform(taken, now)
    assert "已取消" in page_of(client, row)
    client.post(f"/plan/compiling/{row.token}/", {"do": "again"})
    worked_off()
    assert "新建普惠性幼儿园25所" in page_of(client, row)


def test_a_lost_worker_is_noticed_and_its_late_result_does_not_count(office: Office) -> None:
    client = office.planner_client()
    row = dropped(client, text=REPORT, year="2023")
    late = compiling.claim(now=now())
    assert late
    Compiling.objects.filter(pk=row.pk).update(
        touched_at=now() - compiling.LOST - timedelta(seconds=1)
    )
    assert "处理中断了" in page_of(client, row)
    client.post(f"/plan/compiling/{row.token}/", {"do": "again"})
    again = compiling.claim(now=now())
    assert again
    with pytest.raises(compiling.Stopped):
        compiling.perform(late, now)
    compiling.perform(again, now)
    assert "新建普惠性幼儿园25所" in page_of(client, row)


def test_old_ones_are_removed(office: Office) -> None:
    row = dropped(office.planner_client(), text=REPORT, year="2023")
    assert compiling.prune(now=now() + timedelta(days=29)) == 0
    assert compiling.prune(now=now() + timedelta(days=31)) == 1
    assert not Compiling.objects.filter(pk=row.pk).exists()


def test_what_is_too_large_is_refused_before_it_is_read(office: Office) -> None:
    client = office.planner_client()
    large = client.post("/plan/import/", {"file": SimpleUploadedFile("a.txt", b"x" * 43_000_000)})
    assert large.status_code == 413
    assert "超过了 20 MB 的上限" in large.content.decode()
    pasted = client.post("/plan/import/", {"text": "长" * 2_000_000})
    assert pasted.status_code == 413
    assert "存成文件再传" in pasted.content.decode()
    assert not Compiling.objects.exists()


def test_a_form_from_another_site_is_refused(office: Office) -> None:
    client = office.planner_client()
    client.handler.enforce_csrf_checks = True
    assert client.post("/plan/import/", {"text": REPORT}).status_code == 403


def test_it_is_compared_with_the_plan_of_the_year_before(office: Office) -> None:
    client = office.planner_client()
    text = REPORT.replace("2023年", "2024年").replace("2022年", "2023年").replace("25所", "30所")
    text = text.replace("完成老旧小区改造100个;", "").replace(
        "- 培育规上", "- 新建文化广场8个。\n- 培育规上"
    )
    row = dropped(client, text=text, year="2024")
    worked_off()
    page = client.get(f"/plan/compiling/{row.token}/last/").content.decode()
    assert f"/reports/{office.report.number}/original/" in page
    for name in ("提高", "消失了", "沿用", "新增"):
        assert re.search(f"{name} <b>[1-9]", page), name
    raised = client.get(f"/plan/compiling/{row.token}/last/?kind=raised").content.decode()
    assert "新建普惠性幼儿园25所" in raised
    assert "新建普惠性幼儿园30所" in raised
    gone = client.get(f"/plan/compiling/{row.token}/last/?kind=dropped").content.decode()
    assert "完成老旧小区改造100个" in gone


def test_it_is_compared_with_a_file_that_is_given_and_a_bad_one_is_told(office: Office) -> None:
    client = office.planner_client()
    row = dropped(client, text=REPORT, year="2023")
    worked_off()
    address = f"/plan/compiling/{row.token}/"
    assert "还没有可比的报告" in client.get(f"{address}last/").content.decode()
    for data, words in (
        (REPORT.replace("2023年", "2022年").encode(), "对照："),
        (REPORT.replace("2023年", "2030年").encode(), "没有比较成"),
    ):
        last = SimpleUploadedFile("上年.md", data)
        answer = client.post(address, {"do": "last", "last": last})
        worked_off()
        assert words in client.get(f"{answer['Location']}last/").content.decode()
        assert "新建普惠性幼儿园25所" in client.get(answer["Location"]).content.decode()
