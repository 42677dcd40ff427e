"""A program opens cases and acts on them; the answer is what the ledger holds, and a repeated key changes nothing."""

from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from tests.api.conftest import Calls, Program
from tests.api.running import COMMITMENT
from tests.cast import Cast


def test_an_opened_case_is_acknowledged_with_its_event(program: Program) -> None:
    done = program.post("cases/plan.commitment", COMMITMENT)

    event = Event.objects.get(stream=done.json()["number"])
    assert done.status_code == 201
    assert done.json() == {
        "number": event.stream, "matter": "plan.commitment", "seq": 1, "state": "to_review",
        "at": event.at.isoformat(), "hash": event.hash,
    }  # fmt: skip
    assert done.headers["Location"] == f"/api/v1/cases/{event.stream}"
    assert done.headers["ETag"] == '"1"'


def test_the_act_of_a_program_stands_under_its_person_and_post(
    cast: Cast, program: Program
) -> None:
    number = program.opened()

    done = program.post(f"cases/{number}/actions/confirm", {"title": "建幼儿园25所"})

    event = Event.objects.get(stream=number, seq=2)
    assert done.status_code == 200
    assert (done.json()["seq"], done.json()["state"]) == (2, "confirmed")
    assert (event.person, event.post) == (cast.planner.person, "ll-planner")
    assert Case.objects.get(number=number).title == "建幼儿园25所"


def test_the_same_key_gives_the_first_answer_again(program: Program) -> None:
    first = program.post("cases/plan.commitment", COMMITMENT, Idempotency_Key="once")
    number = first.json()["number"]
    program.post(f"cases/{number}/actions/confirm", {})

    again = program.post("cases/plan.commitment", COMMITMENT, Idempotency_Key="once")

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first.headers
    assert Case.objects.count() == 1


def test_the_same_key_of_an_act_gives_the_first_answer_again(program: Program) -> None:
    number = program.opened()
    path = f"cases/{number}/actions/edit"
    first = program.post(path, {"title": "甲"}, Idempotency_Key="once", If_Match='"1"')
    program.post(path, {"title": "乙"})

    again = program.post(path, {"title": "甲"}, Idempotency_Key="once", If_Match='"1"')

    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["ETag"] == '"2"'
    assert Event.objects.filter(stream=number).count() == 3


def test_a_key_used_for_something_else_is_refused(program: Program) -> None:
    program.post("cases/plan.commitment", COMMITMENT, Idempotency_Key="once")

    other = program.post(
        "cases/plan.commitment", COMMITMENT | {"title": "另一件"}, Idempotency_Key="once"
    )

    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert "“once”" in other.json()["detail"]
    assert Case.objects.count() == 1


def test_two_callers_may_use_the_same_key(cast: Cast, calls: Calls, program: Program) -> None:
    report = {"title": "报告", "year": 2023, "ends_on": "2023-12-31", "inspection": "ll-inspection"}
    mine = program.post("cases/plan.report", report, Idempotency_Key="1")

    theirs = calls(cast.handler).post("cases/plan.report", report, Idempotency_Key="1")

    assert mine.status_code == 201
    assert theirs.status_code == 403, "the other caller is asked anew, not shown the first answer"


def test_a_post_without_a_key_is_refused(program: Program) -> None:
    refused = program.post("cases/plan.commitment", COMMITMENT, Idempotency_Key="")
    too_long = program.post("cases/plan.commitment", COMMITMENT, Idempotency_Key="k" * 121)

    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key")
    assert too_long.status_code == 400
    assert Case.objects.count() == 0


def test_who_looked_before_it_changed_is_told_what_changed(program: Program) -> None:
    number = program.opened()
    program.post(f"cases/{number}/actions/edit", {"title": "新题"})

    stale = program.post(f"cases/{number}/actions/confirm", {}, If_Match='"1"')

    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    [change] = stale.json()["changed"]
    assert (change["seq"], change["action"], change["fields"]) == (2, "edit", ["title"])
    fresh = program.post(f"cases/{number}/actions/confirm", {}, If_Match='"2"')
    assert fresh.status_code == 200
