"""The batch door gives what the single door gives, row for row, or nothing at all."""

import pytest
from django.db import connection

from bihuan.kernel.cases.batch import open_batch
from bihuan.kernel.cases.engine import act, open_case
from bihuan.kernel.cases.models import Case, CaseClock, CaseDesk, CaseParty
from bihuan.kernel.cases.tokens import document_of
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import FormRefusal, NotAllowed, Refusal
from bihuan.kernel.ledger.models import Event
from tests.cast import Cast

ROW: dict[str, object] = {
    "title": "建设普惠性幼儿园25所", "text": "建设普惠性幼儿园25所", "kind": "target",
    "deadline": "2023-12-31", "inspection": "ll-inspection",
}  # fmt: skip


def rows(count: int) -> list[dict[str, object]]:
    """So many commitments, each with a title of its own."""
    return [ROW | {"title": f"第{n}条承诺"} for n in range(count)]


def projected(number: str) -> list[object]:
    """What is stored of a case, without its ids and numbers."""
    case = Case.objects.get(number=number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT search::text FROM cases_case WHERE id = %s", [case.pk])
        [(search,)] = cursor.fetchall()
    event = Event.objects.get(stream=number)
    return [
        case.title, case.state, case.owner_id, case.data, case.seq, case.next_due_at, case.root_id,
        sorted(set(search.split()) ^ set(document_of([number]).split())), event.body, event.action, event.person,
        list(CaseParty.objects.filter(case=case).order_by("field").values_list("field", "unit")),
        list(CaseClock.objects.filter(case=case).order_by("key").values_list("key", "due_at", "status")),
        list(CaseDesk.objects.filter(case=case).order_by("unit").values_list("unit", "waits", "due_at")),
    ]  # fmt: skip


def test_a_row_of_a_batch_is_stored_as_a_single_case_is(cast: Cast) -> None:
    [batched] = open_batch("plan.commitment", [ROW], cast.planner, now=cast.now)
    single = open_case("plan.commitment", ROW, cast.planner, now=cast.now)
    assert projected(batched) == projected(single.number)


def test_a_batch_is_verified_and_goes_on_like_any_case(cast: Cast) -> None:
    report = cast.report()
    numbers = open_batch("plan.commitment", rows(30), cast.planner, now=cast.now, parent=report)
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == 30
    act(numbers[7], "confirm", cast.planner, {}, now=cast.later(minutes=5))
    assert report.children.count() == 30
    assert list(verify_all(cast.now)) == []


def test_every_bad_row_is_named_and_nothing_is_written(cast: Cast) -> None:
    bad = rows(5)
    bad[1] = {**bad[1], "title": ""}
    bad[3] = {**bad[3], "inspection": "no-such-unit", "kind": "target"}
    bad[4] = {**bad[4], "deadline": "昨天"}
    with pytest.raises(FormRefusal) as refused:
        open_batch("plan.commitment", bad, cast.planner, now=cast.now)
    assert [p.path for p in refused.value.problems] == ["1.title", "3.inspection", "4.deadline"]
    assert not Case.objects.exists()
    [first] = open_batch("plan.commitment", rows(1), cast.planner, now=cast.now)
    assert first.endswith("00001")


def test_the_same_key_gives_the_same_numbers(cast: Cast) -> None:
    first = open_batch("plan.commitment", rows(3), cast.planner, now=cast.now, key="导入1")
    again = open_batch("plan.commitment", rows(3), cast.planner, now=cast.now, key="导入1")
    assert again == first
    assert Case.objects.count() == 3
    with pytest.raises(Refusal, match="已用于另一个请求"):
        open_batch("plan.commitment", rows(4), cast.planner, now=cast.now, key="导入1")


def test_who_may_not_open_one_may_not_open_many(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        open_batch("plan.commitment", rows(2), cast.handler, now=cast.now)
