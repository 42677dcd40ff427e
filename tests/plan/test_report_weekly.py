"""The Friday page: pre-filled from the ledger, sent one by one or all at once."""

from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.plan.weekly import owed, prefill
from tests.cast import Cast
from tests.plan.conftest import Office


def test_the_page_is_filled_with_what_the_ledger_knows(cast: Cast) -> None:
    task = cast.in_progress(assist=("ll-health",))
    cast.does(task, "deploy", cast.handler, arrangements="已开部署会")
    cast.does(task, "report", cast.handler, progress="开工", actuals=[{"target": 0, "value": "5"}],
              next_steps="继续")  # fmt: skip
    cast.does(task, "urge", cast.leader, message="请抓紧")
    part = task.children.get(matter="plan.part")
    cast.does(part, "sign_for", cast.rival)
    known = prefill(Case.objects.get(pk=task.pk), cast.now)
    assert any("催办" in line for line in known.known)
    assert not any("部署" in line for line in known.known)
    assert any("市卫生健康委员会" in line for line in known.known)
    assert known.given["actuals"] == [{"target": 0, "value": "5", "source": None}]
    assert known.given["next_steps"] == "继续"


def test_a_task_is_owed_until_it_is_sent_this_week(cast: Cast) -> None:
    task = cast.in_progress()
    assert [(o.task.pk, o.sent_at) for o in owed([cast.handler], cast.now)] == [(task.pk, None)]
    assert owed([cast.rival], cast.now) == []
    cast.does(task, "report", cast.handler, progress="开工")
    assert owed([cast.handler], cast.now)[0].sent_at is not None


def _filled(number: str, value: str = "5", progress: str = "已开工") -> dict[str, str]:
    return {f"{number}.value.0": value, f"{number}.progress": progress, f"{number}.met": "q2"}


def test_all_are_sent_at_once_and_what_is_wrong_stays(office: Office) -> None:
    good, bad = office.cast.in_progress(), office.cast.in_progress()
    client = office.signed_in("ll-edu-liaison")
    answer = client.post(
        "/weekly/", _filled(good.number) | _filled(bad.number, value="很多", progress="打地基")
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "很多" in page
    assert "打地基" in page
    sent = Event.objects.filter(action="report")
    assert [event.stream for event in sent] == [good.number]
    assert sent[0].content["given"]["actuals"][0]["value"] == "5"
    assert sent[0].content["given"]["milestones_met"] == [{"quarter": "q2"}]


def test_one_is_sent_alone_and_comes_back_as_sent(office: Office) -> None:
    task, other = office.cast.in_progress(), office.cast.in_progress()
    client = office.signed_in("ll-edu-liaison")
    given = _filled(task.number) | _filled(other.number) | {"send": task.number}
    answer = client.post("/weekly/", given, headers={"HX-Request": "true"})
    assert "已报送" in answer.content.decode()
    assert [e.stream for e in Event.objects.filter(action="report")] == [task.number]


def test_sending_twice_reports_once(office: Office) -> None:
    task = office.cast.in_progress()
    client = office.signed_in("ll-edu-liaison")
    given = _filled(task.number) | {f"{task.number}.key": "once", "send": task.number}
    for _ in range(2):
        client.post("/weekly/", given, headers={"HX-Request": "true"})
    assert Event.objects.filter(action="report").count() == 1
