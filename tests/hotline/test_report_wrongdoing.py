"""Reports of wrongdoing (举报): the unit complained of sees nothing at all, and nobody but the reports desk sees who reported."""

import pytest
from django.test import Client

from bihuan.kernel.cases.engine import act, open_case
from bihuan.kernel.cases.finding import Wanted, find
from bihuan.kernel.cases.lanes import ALWAYS
from bihuan.kernel.cases.models import Case, CaseClock, Notice
from bihuan.kernel.cases.personal import reveal
from bihuan.kernel.cases.posts import appoint
from bihuan.kernel.cases.queries import see, sight_of, visible_to, waiting_for
from bihuan.kernel.cases.waiting import waiting_of
from bihuan.kernel.errors import KernelError, NoSuchCase, NotAllowed, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting, actings_of
from bihuan.kernel.orgs.models import Person, Post
from tests.cast import Cast
from tests.hotline.conftest import Hall

WORDS = "该局工作人员收取培训费不开票据"


@pytest.fixture
def report(hall: Hall) -> Case:
    """A named report against the education bureau, sent to the inspection office."""
    data = {
        "title": WORDS, "content": "去年九月收费三次，都没有票据。", "named": "real", "against": "ll-edu",
        "caller_name": "张晓燕", "caller_phone": "13835800009",
    }  # fmt: skip
    case = open_case("hotline.report", data, hall.who("reports"), now=hall.cast.later(minutes=1))
    return hall.does(case, "dispatch", hall.who("reports"), lead="ll-inspection")


def found_by(actings: tuple[Acting, ...], wanted: Wanted) -> int:
    """How many cases a search finds for somebody."""
    return find(wanted, sight_of(actings), None, 50).total


def second_post(cast: Cast, post: str, other: str) -> tuple[Acting, ...]:
    """Somebody who holds two posts."""
    first = cast.who(post)
    assert first.person is not None
    appoint(
        Person.objects.get(pk=first.person), Post.objects.get(pk=other), SYSTEM_ACTOR, now=cast.now
    )
    return actings_of(first.person, cast.later(minutes=1))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "post", ["ll-edu-head", "ll-edu-liaison", "ll-mayor", "ll-planner", "ll-viewer", "ll-health-head",
             "ll-hotline-operator-1", "ll-hotline-chief", "ll-auditor"],
)  # fmt: skip
def test_nobody_else_finds_lists_counts_or_opens_a_report(
    hall: Hall, report: Case, post: str
) -> None:
    person = (hall.cast.who(post),)
    with pytest.raises(NoSuchCase):
        see(report.number, person)
    assert not visible_to(person).filter(pk=report.pk).exists()
    assert report not in waiting_for(person)
    assert waiting_of(person).counts([ALWAYS]) == [0]
    for wanted in (
        Wanted(), Wanted(words=(WORDS,)), Wanted(words=("收取",)), Wanted(words=(report.number,)),
        Wanted(matter="hotline.report"), Wanted(is_open=True), Wanted(unit="ll-edu"),
        Wanted(unit="ll-inspection"), Wanted(unit="ll-hotline"),
    ):  # fmt: skip
        assert found_by(person, wanted) == 0, wanted


@pytest.mark.django_db
def test_the_desk_and_the_supervising_body_find_it(hall: Hall, report: Case) -> None:
    for person in (hall.who("reports"), hall.cast.inspector):
        assert see(report.number, [person]).pk == report.pk
        for wanted in (
            Wanted(),
            Wanted(words=(WORDS,)),
            Wanted(unit="ll-inspection"),
            Wanted(is_open=True),
        ):
            assert found_by((person,), wanted) == 1, wanted
    assert waiting_of([hall.cast.inspector]).counts([ALWAYS]) == [1]


@pytest.mark.django_db
def test_a_second_post_in_the_unit_complained_of_hides_it_from_its_holder(
    hall: Hall, report: Case
) -> None:
    hall.does(report, "return", hall.cast.inspector, basis="三定", reason="由主管部门查处")
    hall.does(report, "dispatch", hall.who("reports"), lead="ll-market")
    assert found_by((hall.cast.who("ll-market-head"),), Wanted()) == 1
    both = second_post(hall.cast, "ll-market-liaison", "ll-edu-liaison")
    with pytest.raises(NoSuchCase):
        see(report.number, both)
    for wanted in (
        Wanted(),
        Wanted(words=("收取",)),
        Wanted(unit="ll-market"),
        Wanted(matter="hotline.report"),
    ):
        assert found_by(both, wanted) == 0, wanted
    assert waiting_of(both).counts([ALWAYS]) == [0]
    with pytest.raises(NotAllowed):
        act(report.number, "sign_for", both[0], {}, now=hall.cast.later(minutes=1))


@pytest.mark.django_db
@pytest.mark.parametrize("lead", ["ll-edu"])
def test_the_unit_complained_of_cannot_be_the_one_that_investigates(hall: Hall, lead: str) -> None:
    data = {"title": WORDS, "content": WORDS, "named": "anonymous", "against": "ll-edu"}
    case = open_case("hotline.report", data, hall.who("reports"), now=hall.cast.later(minutes=1))
    with pytest.raises(Refusal) as refused:
        hall.does(case, "dispatch", hall.who("reports"), lead=lead)
    assert refused.value.code == "hidden_takes_part"


@pytest.mark.django_db
def test_a_report_about_the_hotline_itself_is_not_opened_there(hall: Hall) -> None:
    data = {"title": WORDS, "content": WORDS, "named": "anonymous", "against": "ll-hotline"}
    with pytest.raises(Refusal):
        open_case("hotline.report", data, hall.who("reports"), now=hall.cast.now)
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_who_reported_is_told_to_the_reports_desk_alone_and_on_record(
    hall: Hall, report: Case
) -> None:
    for stranger in (
        hall.cast.inspector,
        hall.cast.chief,
        hall.who("callback"),
        hall.who("operator-1"),
    ):
        with pytest.raises(KernelError):
            reveal(report.number, "caller_name", stranger, "核实", now=hall.cast.now)
    seen = reveal(
        report.number, "caller_name", hall.who("reports"), "反馈", now=hall.cast.later(minutes=1)
    )
    assert seen == "张晓燕"
    assert Event.objects.filter(stream=report.number, action="look").count() == 1


@pytest.mark.django_db
def test_the_unit_complained_of_is_told_nothing(hall: Hall, report: Case) -> None:
    hall.does(report, "sign_for", hall.cast.inspector)
    finding = {"finding": "属实，已责令退还。", "answer": "经查属实，费用已退还。"}
    hall.does(report, "report_finding", hall.cast.inspector, **finding)
    closed = hall.does(report, "confirm", hall.who("reports"))
    assert closed.end == "success"
    assert set(Notice.objects.values_list("unit", flat=True)) <= {"ll-inspection", "ll-hotline"}


@pytest.mark.django_db
def test_the_supervising_body_does_not_confirm_its_own_finding(hall: Hall, report: Case) -> None:
    hall.does(report, "sign_for", hall.cast.inspector)
    hall.does(report, "report_finding", hall.cast.inspector, finding="属实", answer="已退还。")
    with pytest.raises(NotAllowed):
        hall.does(report, "confirm", hall.cast.inspector)


@pytest.mark.django_db
def test_a_named_report_has_thirteen_working_days_over_the_holiday(
    hall: Hall, report: Case
) -> None:
    hall.does(report, "sign_for", hall.cast.inspector)
    clock = CaseClock.objects.get(case=report, key="investigate", is_open=True)
    assert clock.due_at is not None
    assert clock.due_at.astimezone(hall.cast.now.tzinfo).date().isoformat() == "2023-03-20"


@pytest.mark.django_db
def test_the_ledger_page_does_not_show_it_to_who_may_not_see_it(
    hall: Hall, report: Case, visitor: object
) -> None:
    event = Event.objects.filter(stream=report.number).first()
    assert event is not None
    assert callable(visitor)
    for post, status in (("ll-planner", 404), ("ll-mayor", 404), ("ll-inspector-1", 200)):
        browser: Client = visitor()
        browser.force_login(Person.objects.get(pk=hall.cast.who(post).person))
        assert browser.get(f"/ledger/{event.pk}/").status_code == status
        page = browser.get("/ledger/", {"stream": report.number}).content.decode()
        assert (f"/ledger/{event.pk}/" in page) == (status == 200)
