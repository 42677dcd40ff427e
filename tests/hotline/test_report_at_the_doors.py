"""A report of wrongdoing (举报) taken at the console and on the residents' pages: sealed at once, followed by number and code."""

import re

import pytest
from django.test import Client

from bihuan.hotline.following import follow_code
from bihuan.hotline.similar import candidates
from bihuan.hotline.similar_reading import words_of
from bihuan.kernel.cases.finding import Wanted, find
from bihuan.kernel.cases.models import Case, Notice
from bihuan.kernel.cases.queries import sight_of, visible_to
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.models import Person
from tests.hotline.conftest import Hall, Visit

WORDS = "城区某培训机构去年九月收取培训费不开票据，要求只付现金。"
TYPED = {
    "named": "real",
    "content": WORDS,
    "accused": "某培训机构",
    "caller_phone": "13835800009",
    "caller_name": "张晓燕",
}
OFFICE = "教育局"


@pytest.fixture
def sent(visitor: Visit) -> tuple[Client, Case]:
    """A resident's browser after sending a report, and the case."""
    client = visitor()
    answer = client.post("/12345/report/report/", TYPED)
    assert answer.status_code == 302, answer.content.decode()
    return client, Case.objects.get()


def text(client: Client, address: str) -> str:
    """A page that was answered."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def signed_in(visitor: Visit, hall: Hall, post: str) -> Client:
    """The browser of somebody of the city."""
    client = visitor()
    client.force_login(Person.objects.get(pk=hall.cast.who(post).person))
    return client


@pytest.mark.django_db
def test_the_kind_on_the_residents_form_leads_to_the_sealed_form(visitor: Visit) -> None:
    client = visitor()
    assert 'value="report"' in text(client, "/12345/")
    typed = {"kind": "report", "content": WORDS, "phone": "13835800009", "identity": "open"}
    answer = client.post("/12345/", typed)
    page = answer.content.decode()
    assert "/12345/report/report/" in page
    assert WORDS in page
    assert "13835800009" in page
    assert not Case.objects.exists()


def test_a_resident_gets_number_and_code_and_follows_it(
    sent: tuple[Client, Case], visitor: Visit
) -> None:
    client, case = sent
    assert case.matter == "hotline.report"
    page = text(client, f"/12345/sent/{case.number}/")
    assert follow_code(case.number) in page
    assert "13个工作日" in page
    assert "data-keep" not in page, "the browser does not remember a report"
    other = visitor()
    assert other.get(f"/12345/{case.number}/").status_code == 302
    shown = {"number": case.number, "code": follow_code(case.number)}
    assert other.post("/12345/follow/", shown).status_code == 302
    assert "正在核转" in text(other, f"/12345/{case.number}/")


def test_who_follows_it_is_told_no_unit_and_no_identity(
    hall: Hall, sent: tuple[Client, Case]
) -> None:
    client, case = sent
    hall.does(case, "edit", hall.who("reports"), against="ll-edu")
    hall.does(case, "dispatch", hall.who("reports"), lead="ll-inspection")
    hall.does(case, "sign_for", hall.cast.inspector)
    answer = "经查属实，已责令退还费用。"
    finding = {"finding": "内部情况甲乙丙", "answer": answer}
    hall.does(case, "report_finding", hall.cast.inspector, **finding)
    page = text(client, f"/12345/{case.number}/")
    assert answer not in page, "not before the reports desk has checked it"
    hall.does(case, "confirm", hall.who("reports"))
    page = text(client, f"/12345/{case.number}/")
    assert answer in page
    for never in ("内部情况", "张晓燕", "13835800009", OFFICE, "督查室", hall.cast.inspector.name):
        assert never not in page, never


def test_a_resident_adds_to_it_and_may_do_nothing_else(
    hall: Hall, sent: tuple[Client, Case]
) -> None:
    client, case = sent
    added = client.post(f"/12345/{case.number}/add/", {"words": "还有一名家长可以作证"})
    assert added.status_code == 302
    assert Event.objects.filter(stream=case.number, action="add").count() == 1
    for deed in ("rate", "reopen", "appeal"):
        assert client.post(f"/12345/{case.number}/{deed}/", {"reason": WORDS}).status_code == 404


def test_an_anonymous_report_keeps_nothing_of_who_it_is(visitor: Visit) -> None:
    answer = visitor().post("/12345/report/report/", TYPED | {"named": "anonymous"})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert not [name for name, value in case.data.items() if name.startswith("caller") and value]


def test_a_named_report_without_a_way_to_answer_is_refused(visitor: Visit) -> None:
    answer = visitor().post("/12345/report/report/", TYPED | {"caller_phone": ""})
    assert answer.status_code == 422
    assert "请选择匿名" in answer.content.decode()
    assert WORDS in answer.content.decode()
    assert not Case.objects.exists()


def test_a_second_tap_is_one_report(visitor: Visit) -> None:
    client = visitor()
    for _ in range(2):
        assert client.post("/12345/report/report/", TYPED | {"key": "once"}).status_code == 302
    assert Case.objects.count() == 1


def test_the_console_leads_to_it_with_what_was_typed(hall: Hall, visitor: Visit) -> None:
    client = signed_in(visitor, hall, "ll-hotline-operator-1")
    assert 'value="report"' in text(client, "/hotline/console/")
    typed = {"kind": "report", "title": "收费不开票", "content": WORDS, "identity": "open"}
    typed |= {"caller_phone": "13835800009"}
    page = client.post("/hotline/console/", typed).content.decode()
    assert "/hotline/console/door/report/" in page
    assert "13835800009" in page
    assert not Case.objects.exists()


def test_the_operator_gets_number_and_code_once_and_never_sees_it_again(
    hall: Hall, visitor: Visit
) -> None:
    client = signed_in(visitor, hall, "ll-hotline-operator-1")
    answer = client.post("/hotline/console/door/report/", TYPED)
    page = answer.content.decode()
    assert answer.status_code == 200, page
    case = Case.objects.get()
    assert case.number in page
    assert follow_code(case.number) in page
    assert client.get(f"/cases/{case.number}/").status_code == 404
    assert case.number not in text(client, "/cases/")


def test_opening_it_by_the_general_form_does_not_end_at_a_missing_page(
    hall: Hall, visitor: Visit
) -> None:
    client = signed_in(visitor, hall, "ll-hotline-operator-1")
    typed = {"title": "收费不开票", "content": WORDS, "named": "anonymous"}
    answer = client.post("/cases/open/hotline.report/", typed, follow=True)
    assert answer.status_code == 200
    assert Case.objects.get().number in answer.content.decode()


@pytest.mark.parametrize("post", ["ll-edu-head", "ll-hotline-operator-1", "ll-hotline-online", "ll-mayor"])  # fmt: skip
def test_lists_search_similar_demands_and_export_hold_nothing_of_it(
    hall: Hall, sent: tuple[Client, Case], post: str
) -> None:
    _, case = sent
    hall.does(case, "edit", hall.who("reports"), against="ll-edu")
    person = (hall.desk if post == "ll-hotline-online" else hall.cast.who(post),)
    assert not visible_to(person).exists()
    for wanted in (Wanted(), Wanted(words=("培训",)), Wanted(matter="hotline.report")):
        assert find(wanted, sight_of(person), None, 50).total == 0
    like = {"title": case.title, "content": WORDS, "place": "", "address": "", "lat": "", "lon": ""}
    assert not candidates(words_of(like), sight_of(person), now=hall.cast.now)


def test_public_pages_and_open311_hold_nothing_of_it(
    sent: tuple[Client, Case], visitor: Visit
) -> None:
    _, case = sent
    stranger = visitor()
    for address in (
        "/12345/map/",
        "/12345/map/points.json",
        "/help/?q=培训费",
        "/open311/v2/requests.json",
    ):
        answer = stranger.get(address)
        assert answer.status_code == 200, address
        assert case.number not in answer.content.decode()
        assert "只付现金" not in answer.content.decode()
    one = stranger.get(f"/open311/v2/requests/{case.number}.json")
    assert case.number not in re.sub(r"service_request_id=\S+", "", one.content.decode()) or (
        one.status_code == 404
    )


def test_lists_and_export_of_the_unit_complained_of_hold_nothing(
    hall: Hall, sent: tuple[Client, Case], visitor: Visit
) -> None:
    _, case = sent
    hall.does(case, "edit", hall.who("reports"), against="ll-edu")
    hall.does(case, "dispatch", hall.who("reports"), lead="ll-inspection")
    client = signed_in(visitor, hall, "ll-edu-head")
    for address in ("/", "/cases/?matter=hotline.report", "/cases/?q=培训", "/knowledge/?q=培训"):
        page = text(client, address)
        assert case.number not in page
        assert "只付现金" not in page
    assert client.get(f"/cases/{case.number}/").status_code == 404
    assert not Notice.objects.filter(unit="ll-edu").exists()
