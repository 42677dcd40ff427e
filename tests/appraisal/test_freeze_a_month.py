"""A month is frozen once, kept unchanged, borne out by the ledger, and corrected only by another that says why."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.kernel.appraisal.freeze import STREAM, freeze, frozen
from bihuan.kernel.appraisal.models import Snapshot
from bihuan.kernel.appraisal.verify import recompute, verify_snapshots
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import NotAllowed, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from tests.cast import Cast, on

APRIL_2 = on(date(2023, 4, 2))


@pytest.fixture
def march(cast: Cast) -> Snapshot:
    """March 2023 frozen by the chief, after a task was signed off and another was signed for."""
    cast.signed_off()
    cast.in_progress()
    return freeze("2023-03", cast.chief, now=APRIL_2)


def rows(snapshot: Snapshot, measure: str) -> list[dict[str, Any]]:
    """The rows of one measure."""
    return [row for row in snapshot.content["rows"] if row["measure"] == measure]


def test_what_was_done_in_the_month_is_counted(march: Snapshot) -> None:
    assert rows(march, "sign_for") == [
        {"measure": "sign_for", "unit": "ll-edu", "numerator": 2, "denominator": 2, "rate": None}
    ]  # fewer than three: no rate
    assert rows(march, "ended")[0]["numerator"] == 1
    weekly = rows(march, "weekly")
    assert [(row["unit"], row["numerator"]) for row in weekly] == [("ll-edu", 0)]
    assert weekly[0]["denominator"] == 5  # 3 to 31 March, all missed
    assert weekly[0]["rate"] == "0.0000"


def test_the_freezing_is_an_event_and_all_agrees(cast: Cast, march: Snapshot) -> None:
    event = Event.objects.get(stream=STREAM)
    assert event.content["digest"] == march.digest
    assert (event.post, march.person_name) == ("ll-inspection-chief", event.person_name)
    assert recompute(march) == march.body
    assert list(verify_snapshots()) == []
    assert list(verify_all(APRIL_2)) == []


def test_what_happens_later_changes_nothing(cast: Cast, march: Snapshot) -> None:
    cast.now = APRIL_2
    cast.signed_off()
    task = Case.objects.get(matter="plan.task", state="in_progress")
    cast.does(task, "urge", cast.inspector, message="请抓紧")
    assert recompute(march) == march.body
    april = freeze("2023-04", cast.chief, now=on(date(2023, 5, 4)))
    assert april.content["rows"] != march.content["rows"]


def test_a_month_is_frozen_once_and_a_correction_names_what_it_replaces(
    cast: Cast, march: Snapshot
) -> None:
    with pytest.raises(Refusal):
        freeze("2023-03", cast.chief, now=APRIL_2)
    again = freeze("2023-03", cast.chief, now=APRIL_2, reason="漏计一件")
    assert again.replaces == march
    assert frozen("2023-03") == again
    assert Event.objects.filter(stream=STREAM).count() == 2
    assert list(verify_snapshots()) == []


def test_only_a_month_that_is_over_by_who_may_and_with_measures(cast: Cast) -> None:
    with pytest.raises(Refusal):
        freeze("2023-03", cast.chief, now=on(date(2023, 3, 31)))
    with pytest.raises(NotAllowed):
        freeze("2023-02", cast.handler, now=APRIL_2)
    for month in ("2022-12", "2023-13", "März"):
        with pytest.raises(Refusal):
            freeze(month, cast.chief, now=APRIL_2)
    assert freeze("2023-02", SYSTEM_ACTOR, now=APRIL_2).content["rows"] == []


def test_the_database_refuses_to_change_a_snapshot(march: Snapshot) -> None:
    for statement in (
        "UPDATE appraisal_snapshot SET reason = 'x'",
        "DELETE FROM appraisal_snapshot",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def altered(statement: str, *values: object) -> list[str]:
    """The kinds of fault after a change behind the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("appraisal_snapshot", "ledger_event"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
    return [fault.kind for fault in verify_snapshots()]


ALTERED: dict[str, tuple[str, str]] = {
    "the numbers": ("UPDATE appraisal_snapshot SET body = replace(body, '\"numerator\":2', '\"numerator\":9')", "changed"),
    "the extent": ("UPDATE appraisal_snapshot SET upto = upto - 1", "changed"),
    "who": ("UPDATE appraisal_snapshot SET person_name = 'x'", "changed"),
    "all of it": ("DELETE FROM appraisal_snapshot", "missing"),
    "its event": ("DELETE FROM ledger_event WHERE stream = 'appraisal'", "inserted"),
    "the ledger below": ("UPDATE ledger_event SET at = at - interval '60 days' WHERE action = 'sign_for'", "projection"),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_month_is_named(march: Snapshot, what: str) -> None:
    statement, kind = ALTERED[what]
    assert altered(statement) == [kind]


PRINTED: dict[str, Callable[[str], object]] = {
    "csv": lambda text: text.splitlines()[0].split(",")[0],
    "json": lambda text: next(iter(sorted(json.loads(text)))),
}


@pytest.mark.parametrize("form", PRINTED)
def test_the_command_prints_a_month(
    cast: Cast, march: Snapshot, form: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from bihuan.config import appraise

    monkeypatch.setattr(appraise, "database_in_use", transaction.atomic)  # the test's own database
    assert appraise.appraise(["2023-03", "--format", form]) == 0
    assert PRINTED[form](capsys.readouterr().out) == "month"
    assert appraise.appraise(["2023-03", "--check"]) == 0
    assert march.digest in capsys.readouterr().err
    assert appraise.appraise(["2023-04"]) == 0
    assert "not frozen" in capsys.readouterr().err
    assert appraise.appraise(["2023-03", "--freeze"]) == 1
    assert altered("UPDATE appraisal_snapshot SET body = replace(body, '0.0000', '1.0000')")
    assert appraise.appraise(["2023-03", "--check"]) == 1
