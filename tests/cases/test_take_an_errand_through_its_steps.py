"""One unit's errand through every kind of step: sequence, choice, return, pause, extension, period, reminder, re-opening."""

from datetime import date, datetime

import pytest

from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.engine import sweep
from bihuan.kernel.cases.history import events_of, fold
from bihuan.kernel.cases.models import Case, Notice
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import NotAllowed, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.holders import reopenings
from tests.cases.conftest import Confluence
from tests.cast import on


def due(flows: Confluence, case: Case, key: str) -> datetime | None:
    """When the newest run of a clock is due, in the city."""
    instant = flows.clock(case, key).due_at
    return instant.astimezone(flows.now.tzinfo) if instant else None


def closing(month: int, day: int, hour: int = 18) -> datetime:
    """An instant of 2023 at which offices close."""
    return on(date(2023, month, day), hour)


def test_the_steps_follow_one_another_and_the_last_is_somebody_elses(flows: Confluence) -> None:
    case = flows.errand()  # Wednesday 1 March
    assert due(flows, case, "handle") == closing(3, 8)
    flows.does(case, "claim", flows.of("works"))
    with pytest.raises(NotAllowed):
        flows.does(case, "verify", flows.of("works"))
    assert flows.does(case, "verify", flows.checker).end == "success"
    assert not case.clocks.filter(is_open=True).exists()
    assert list(verify_all(flows.now)) == []


def test_the_choice_made_at_opening_decides_which_clocks_run(flows: Confluence) -> None:
    plain = flows.errand()
    case = flows.opens("flow.errand", lead="water", pace="major")
    major = flows.does(case, "sign_for", flows.of("water"))
    assert not plain.clocks.filter(key="major").exists()
    # One month on is Saturday 1 April: the catalog lets this clock roll to Monday.
    assert due(flows, major, "major") == on(date(2023, 4, 3), 23, 59).replace(second=59)


def test_a_returned_errand_starts_with_a_fresh_clock_at_its_new_unit(flows: Confluence) -> None:
    case = flows.opens("flow.errand", lead="works", pace="plain")
    flows.does(case, "return", flows.of("works"))
    assert flows.clock(case, "sign_for").status == "met"
    flows.later(days=1)
    case = flows.does(case, "reissue", flows.clerk, lead="water")
    again = flows.clock(case, "sign_for")
    assert (again.run, again.status, case.owner_id) == (2, "running", "water")
    assert due(flows, case, "sign_for") == closing(3, 3)


def test_a_pause_moves_the_date_by_the_working_time_it_took(flows: Confluence) -> None:
    case = flows.errand()
    flows.now = on(date(2023, 3, 2), 9, 59)
    flows.does(case, "ask_for_papers", flows.of("works"))  # 10:00
    paused = flows.clock(case, "handle")
    assert (paused.status, paused.due_at) == ("paused", None)
    flows.now = on(date(2023, 3, 6), 14, 59)
    flows.does(case, "papers_came", flows.checker)  # 15:00, after 7 + 8 + 5 working hours
    assert due(flows, case, "handle") == closing(3, 13, 14)


def test_an_extension_moves_the_date_once_another_has_approved_it(flows: Confluence) -> None:
    case = flows.errand()
    flows.does(case, "request_extension", flows.of("works"), more_days=3)
    assert due(flows, case, "handle") == closing(3, 8)  # asking moves nothing
    with pytest.raises(NotAllowed):
        flows.does(case, "approve_extension", flows.of("works"))
    case = flows.does(case, "approve_extension", flows.mayor)
    assert (case.state, due(flows, case, "handle")) == ("in_progress", closing(3, 13))


def test_an_extension_that_is_refused_moves_nothing(flows: Confluence) -> None:
    case = flows.errand()
    flows.does(case, "request_extension", flows.of("works"), more_days=3)
    case = flows.does(case, "refuse_extension", flows.mayor)
    assert (case.state, due(flows, case, "handle")) == ("in_progress", closing(3, 8))


@pytest.mark.parametrize("days", [6, 60])
def test_an_extension_longer_than_the_catalog_allows_is_refused(
    flows: Confluence, days: int
) -> None:
    case = flows.errand()
    flows.does(case, "request_extension", flows.of("works"), more_days=days)
    with pytest.raises(Refusal, match="一次最多延长 5") as refused:
        flows.does(case, "approve_extension", flows.mayor)
    assert refused.value.remedy
    assert due(flows, case, "handle") == closing(3, 8)


def test_a_second_extension_is_refused_where_one_is_allowed(flows: Confluence) -> None:
    case = flows.errand()
    flows.does(case, "request_extension", flows.of("works"), more_days=2)
    flows.does(case, "approve_extension", flows.mayor)
    flows.does(case, "request_extension", flows.of("works"), more_days=2)
    with pytest.raises(Refusal, match="已延期 1 次"):
        flows.does(case, "approve_extension", flows.mayor)


def test_each_week_owes_a_report_and_a_week_without_one_is_missed(flows: Confluence) -> None:
    case = flows.errand()
    flows.does(case, "report", flows.of("works"))
    flows.now = on(date(2023, 3, 15))
    flows.does(case, "report", flows.of("works"))
    sweep(now=on(date(2023, 3, 20)))
    weeks = case.clocks.filter(key="weekly").order_by("run").values_list("due_at", "status")
    assert [(due.astimezone(flows.now.tzinfo).day, status) for due, status in weeks] == [
        (3, "met"), (10, "missed"), (17, "met"), (24, "running"),
    ]  # fmt: skip


def test_a_missed_clock_makes_the_system_remind_once_for_each_run(flows: Confluence) -> None:
    case = flows.opens("flow.errand", lead="works", pace="plain")
    late = on(date(2023, 3, 3))
    for _ in range(2):
        sweep(now=late)
    reminded = Event.objects.filter(stream=case.number, action="remind")
    assert [(event.person, event.unit) for event in reminded] == [(None, "")]
    told = Notice.objects.filter(case=case, action="remind").values_list("unit", flat=True)
    assert sorted(told) == ["inspection", "works"]
    flows.now = late
    flows.does(case, "sign_for", flows.of("works"))
    sweep(now=on(date(2023, 3, 14)))
    assert reminded.all().count() == 2  # the handling clock's own


def test_a_rejected_claim_is_handled_on_a_fresh_clock(flows: Confluence) -> None:
    case = flows.errand()
    flows.does(case, "claim", flows.of("works"))
    flows.later(days=5)
    flows.does(case, "reject", flows.checker)
    runs = case.clocks.filter(key="handle").order_by("run").values_list("status", flat=True)
    assert list(runs) == ["met", "running"]


def test_a_reopened_errand_counts_against_the_unit_that_closed_it(flows: Confluence) -> None:
    case = flows.errand()
    flows.does(case, "claim", flows.of("works"))
    flows.does(case, "verify", flows.checker)
    flows.does(case, "reopen", flows.checker)
    flows.does(case, "pass_on", flows.clerk, lead="water")
    case = flows.does(case, "sign_for", flows.of("water"))
    found = reopenings(matter_now("flow.errand")[0], fold(events_of(case)))
    assert [(reopening.unit, case.owner_id) for reopening in found] == [("works", "water")]
    assert flows.clock(case, "handle").is_open
