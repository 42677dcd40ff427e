"""Whatever row is altered behind the door's back, `verify` names it; and the database refuses the plain ways."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.cases.models import Case, Evidence
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.ledger.chain import event_hash
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.seals import seal
from bihuan.plan.importing import import_report
from bihuan.plan.verify import verify_texts
from tests.cast import Cast
from tests.ledger.conftest import rewritten


def sql(statement: str, *values: object) -> None:
    """Change the database as somebody with the owner's rights would."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        cursor.execute(statement, list(values))
        cursor.execute("ALTER TABLE ledger_event ENABLE TRIGGER USER")


def faults(cast: Cast) -> list[Fault]:
    """What verify finds now."""
    return list(verify_all(cast.now))


@pytest.mark.parametrize("statement", [
    "UPDATE ledger_event SET action = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event",
])  # fmt: skip
def test_the_database_refuses_to_change_events(cast: Cast, statement: str) -> None:
    cast.draft()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


COLUMNS = {
    "at": "at + interval '1 second'", "action": "'x'", "person": "4711", "person_name": "'某人'",
    "post": "'ll-mayor'", "unit": "'ll-gov'", "matter": "'plan.part'", "version": "9",
    "definition": "'0'", "body": "body || ' '", "prev": "'0'",
    "hash": "'0'",
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_of_an_event_is_named(cast: Cast, column: str) -> None:
    task = cast.in_progress()
    sql(
        f"UPDATE ledger_event SET {column} = {COLUMNS[column]} WHERE stream = %s AND seq = 3",
        task.number,
    )
    assert (task.number, 3) in [(fault.stream, fault.seq) for fault in faults(cast)]


def test_a_removed_event_is_named(cast: Cast) -> None:
    task = cast.in_progress()
    sql("DELETE FROM ledger_event WHERE stream = %s AND seq = 2", task.number)
    assert (task.number, 2, "removed") in [(f.stream, f.seq, f.kind) for f in faults(cast)]


def test_the_last_event_removed_shows_in_the_case(cast: Cast) -> None:
    task = cast.in_progress()
    sql("DELETE FROM ledger_event WHERE stream = %s AND seq = %s", task.number, task.seq)
    assert task.number in {fault.stream for fault in faults(cast)}


def test_two_events_exchanged_are_named(cast: Cast) -> None:
    task = cast.in_progress()
    for old, new in ((2, 99), (3, 2), (99, 3)):
        sql(
            "UPDATE ledger_event SET seq = %s WHERE stream = %s AND seq = %s", new, task.number, old
        )
    assert (task.number, 2) in [(fault.stream, fault.seq) for fault in faults(cast)]


def test_an_event_rewritten_with_a_fresh_hash_breaks_the_link_after_it(cast: Cast) -> None:
    task = cast.in_progress()
    event = Event.objects.get(stream=task.number, seq=2)
    event.person_name = "换了人"
    fresh = event_hash(algorithm(), vars(event))
    sql(
        "UPDATE ledger_event SET person_name = %s, hash = %s WHERE id = %s",
        "换了人",
        fresh,
        event.pk,
    )
    assert (task.number, 2, "re-hashed") in [(f.stream, f.seq, f.kind) for f in faults(cast)]


def test_a_case_taken_out_whole_names_itself(cast: Cast) -> None:
    task = cast.draft()
    sql("DELETE FROM cases_caseclock WHERE case_id = %s", task.pk)
    sql("DELETE FROM cases_caseparty WHERE case_id = %s", task.pk)
    sql("DELETE FROM cases_casedesk WHERE case_id = %s", task.pk)
    sql("DELETE FROM cases_notice WHERE case_id = %s", task.pk)
    sql("DELETE FROM ledger_event WHERE stream = %s", task.number)
    sql("DELETE FROM cases_case WHERE id = %s", task.pk)
    assert (task.number, "removed") in [(fault.stream, fault.kind) for fault in faults(cast)]


def test_a_seal_shows_a_chain_rewritten_from_end_to_end(cast: Cast) -> None:
    task = cast.draft()
    seal(at=cast.now, algorithm=algorithm())
    assert faults(cast) == []
    rewritten(task)
    head = Event.objects.filter(stream=task.number).latest("seq").hash
    sql("UPDATE cases_case SET head = %s WHERE id = %s", head, task.pk)
    assert [(f.stream, f.kind) for f in faults(cast)] == [(task.number, "re-hashed")]


PROJECTIONS: dict[str, Callable[[Case], tuple[str, object]]] = {
    "state": lambda c: ("UPDATE cases_case SET state = 'signed_off' WHERE id = %s", c.pk),
    "data": lambda c: ("UPDATE cases_case SET data = data || '{\"standard\": \"改\"}' WHERE id = %s", c.pk),
    "owner": lambda c: ("UPDATE cases_case SET owner_id = 'll-gov' WHERE id = %s", c.pk),
    "opened": lambda c: ("UPDATE cases_case SET opened_at = opened_at - interval '1 day' WHERE id = %s", c.pk),
    "parent": lambda c: ("UPDATE cases_case SET parent_id = NULL WHERE id = %s", c.pk),
    "clock": lambda c: ("UPDATE cases_caseclock SET due_at = due_at + interval '9 days' WHERE case_id = %s", c.pk),
    "party": lambda c: ("UPDATE cases_caseparty SET unit_id = 'll-gov' WHERE case_id = %s AND field = 'lead'", c.pk),
    "root": lambda c: ("UPDATE cases_case SET root_id = id WHERE id = %s", c.pk),
    "a clock taken away": lambda c: ("DELETE FROM cases_caseclock WHERE case_id = %s", c.pk),
    "next due": lambda c: ("UPDATE cases_case SET next_due_at = NULL WHERE id = %s", c.pk),
    "a desk taken away": lambda c: ("DELETE FROM cases_casedesk WHERE case_id = %s", c.pk),
    "who it waits for": lambda c: ("UPDATE cases_casedesk SET waits = '{auditor}' WHERE case_id = %s", c.pk),
    "search words": lambda c: ("UPDATE cases_case SET search = 'x'::tsvector WHERE id = %s", c.pk),
    "a notice taken away": lambda c: ("DELETE FROM cases_notice WHERE case_id = %s", c.pk),
    "a notice to another": lambda c: ("UPDATE cases_notice SET unit_id = 'll-gov' WHERE case_id = %s", c.pk),
    "evidence": lambda c: ("UPDATE cases_evidence SET name = '别的.docx' WHERE case_id = %s", c.pk),
}  # fmt: skip


UNREADABLE = {
    "no JSON": "body = 'x'", "a list": "body = '[]'", "no content": "body = '{}'",
    "an instant beyond all": "at = 'infinity'", "an instant before all": "at = '-infinity'",
    "another matter": "matter = 'no.such'",
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_event_that_cannot_be_read_is_a_fault_and_not_the_end(cast: Cast, what: str) -> None:
    task = cast.claimed()
    sql(f"UPDATE ledger_event SET {UNREADABLE[what]} WHERE stream = %s AND seq = 3", task.number)
    found = faults(cast)
    assert (task.number, 3, "changed") in [(f.stream, f.seq, f.kind) for f in found]
    assert {fault.stream for fault in found} == {task.number}


def test_a_definition_that_cannot_be_read_is_a_fault(cast: Cast) -> None:
    cast.draft()
    sql("UPDATE cases_matterversion SET definition = '[]' WHERE key = 'plan.part'")
    assert "plan.part" in {fault.stream for fault in faults(cast)}


@pytest.mark.parametrize("what", PROJECTIONS)
def test_a_changed_projection_is_named(cast: Cast, what: str) -> None:
    task = cast.claimed()
    assert faults(cast) == []
    sql(*PROJECTIONS[what](task))
    assert task.number in {fault.stream for fault in faults(cast)}


def test_a_changed_evidence_file_is_named(cast: Cast) -> None:
    task = cast.claimed()
    evidence = Evidence.objects.get(case=task)
    path = path_of(evidence.sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"x")  # the same size
    assert task.number in {fault.stream for fault in faults(cast)}


ORGS = {
    "a holding": "UPDATE orgs_holding SET until = now() WHERE post_id = 'll-edu-liaison'",
    "a post's roles": "UPDATE orgs_post SET roles = '[\"inspector\"]' WHERE code = 'll-edu-liaison'",
    "a unit's place": "UPDATE orgs_unit SET path = 'll-edu/' WHERE code = 'll-edu'",
    "a definition": "UPDATE cases_matterversion SET definition = definition || '{\"label\": \"x\"}' WHERE key = 'plan.part'",
}


@pytest.mark.parametrize("what", ORGS)
def test_changed_organisation_or_definition_is_named(cast: Cast, what: str) -> None:
    cast.in_progress()
    assert faults(cast) == []
    sql(ORGS[what])
    assert faults(cast)


def test_a_changed_report_text_is_named(cast: Cast, settings: object) -> None:
    file = Path(__file__).parents[2] / "catalog" / "lvliang" / "reports" / "2023.md"
    import_report(file.read_bytes(), file.name, cast.planner, now=cast.now)
    assert list(verify_texts()) == []
    sql("UPDATE plan_reporttext SET text = replace(text, '1000个以上', '1个以上')")
    assert [fault.kind for fault in verify_texts()] == ["projection"]


def test_a_quiet_year_changes_nothing(cast: Cast) -> None:
    cast.in_progress()
    assert list(verify_all(cast.now + timedelta(days=300))) == []
