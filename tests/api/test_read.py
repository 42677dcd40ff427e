"""A program reads only what its key's post may see: a case, its events, the matters and their forms."""

from bihuan.kernel.cases.engine import open_case
from bihuan.kernel.ledger.chain import canonical, digest
from tests.api.conftest import Calls, Program
from tests.api.running import COMMITMENT
from tests.cast import Cast


def test_a_case_is_read_with_clocks_and_what_may_be_done(program: Program) -> None:
    number = program.opened()

    found = program.get(f"cases/{number}")

    case = found.json()
    assert found.headers["ETag"] == '"1"'
    assert case["data"]["title"] == COMMITMENT["title"]
    assert [clock["key"] for clock in case["clocks"]] == ["review"]
    assert case["next_due_at"] == case["clocks"][0]["due_at"]
    assert "confirm" in {action["name"] for action in case["actions"]}


def test_a_stranger_cannot_tell_a_hidden_case_from_none(cast: Cast, calls: Calls) -> None:
    task, stranger = cast.in_progress(), calls(cast.rival)

    answers = [
        stranger.get(f"cases/{task.number}"),
        stranger.get(f"cases/{task.number}/events"),
        stranger.post(f"cases/{task.number}/actions/claim", {}),
        stranger.get("cases/RW2023-99999"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert calls(cast.handler).get(f"cases/{task.number}").status_code == 200


def test_events_are_read_page_by_page_with_their_chain(program: Program) -> None:
    number = program.opened()
    for title in "甲乙丙":
        program.post(f"cases/{number}/actions/edit", {"title": title})

    first = program.get(f"cases/{number}/events?limit=3").json()
    rest = program.get(f"cases/{number}/events?after={first['next']}").json()

    events = first["events"] + rest["events"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4]
    assert rest["next"] is None
    assert [event["prev"] for event in events[1:]] == [event["hash"] for event in events[:-1]]
    hashed = {n: v for n, v in events[-1].items() if n != "hash"} | {"stream": number}
    assert digest("sm3", canonical(["sm3", _timed(hashed)])) == events[-1]["hash"]


def _timed(event: dict[str, object]) -> dict[str, object]:
    from datetime import datetime

    at = datetime.fromisoformat(str(event["at"]))
    return event | {"at": at.isoformat(timespec="microseconds")}


def test_a_bad_page_is_refused(program: Program) -> None:
    number = program.opened()

    assert program.get(f"cases/{number}/events?after=-1").status_code == 400
    assert program.get(f"cases/{number}/events?limit=many").status_code == 400


def test_what_the_described_form_takes_the_door_takes(cast: Cast, program: Program) -> None:
    form = program.get("matters/plan.commitment").json()["form"]

    assert set(form["required"]) == {"title", "text", "kind", "inspection"}, (
        "office is the opener's"
    )
    assert set(form["properties"]["kind"]["enum"]) == {"target", "project", "measure", "principle"}
    least = {name: COMMITMENT[name] for name in form["required"]}
    assert open_case("plan.commitment", least, cast.planner, now=cast.now).seq == 1


def test_every_matter_is_listed_and_described(program: Program) -> None:
    keys = [matter["key"] for matter in program.get("matters").json()["matters"]]

    assert "plan.task" in keys
    for key in keys:
        matter = program.get(f"matters/{key}").json()
        assert matter["actions"]
        assert all(action["form"]["type"] == "object" for action in matter["actions"].values())
