"""The batch door opens every row or none, and names each row that does not fit."""

import json

from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from tests.api.conftest import Program
from tests.api.running import COMMITMENT
from tests.cast import Cast


def _rows(count: int) -> list[dict[str, object]]:
    return [COMMITMENT | {"title": f"承诺{n}"} for n in range(count)]


def test_all_rows_become_cases_in_their_order(cast: Cast, program: Program) -> None:
    done = program.post("batch/plan.commitment", _rows(5))

    assert (done.status_code, done.json()["count"]) == (201, 5)
    numbers = [case["number"] for case in done.json()["cases"]]
    titles = {case.number: case.title for case in Case.objects.all()}
    assert [titles[number] for number in numbers] == [f"承诺{n}" for n in range(5)]
    assert list(verify_all(cast.now)) == []


def test_lines_are_rows_as_well(program: Program) -> None:
    lines = "\n".join(json.dumps(row) for row in _rows(3)) + "\n\n"

    done = program.post(
        "batch/plan.commitment", lines.encode(), Content_Type="application/x-ndjson"
    )

    assert (done.status_code, Case.objects.count()) == (201, 3)


def test_one_bad_row_leaves_nothing_and_every_bad_row_is_named(program: Program) -> None:
    rows = _rows(20)
    rows[17]["title"] = ""
    rows[3]["kind"] = "dream"

    refused = program.post("batch/plan.commitment", rows)

    assert refused.status_code == 422
    found = {problem["field"]: problem["message"] for problem in refused.json()["problems"]}
    assert found["rows.17.title"] == "必填"
    assert set(found) == {"rows.17.title", "rows.3.kind"}
    assert Case.objects.count() == 0
    assert Program.opened(program).endswith("-00001"), "no number was used up"


def test_the_same_key_opens_nothing_twice(program: Program) -> None:
    first = program.post("batch/plan.commitment", _rows(3), Idempotency_Key="load-1")

    again = program.post("batch/plan.commitment", _rows(3), Idempotency_Key="load-1")

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"
    assert Case.objects.count() == 3


def test_what_is_no_row_is_named(program: Program) -> None:
    assert program.post("batch/plan.commitment", {}).json()["code"] == "not_a_list"
    assert program.post("batch/plan.commitment", []).status_code == 400
    lost = program.post("batch/plan.commitment", [COMMITMENT, 7])
    assert lost.json()["problems"] == [{"field": "rows.1", "message": "应为一行记录"}]
    line = program.post("batch/plan.commitment", b"{}\n{", Content_Type="application/x-ndjson")
    assert (line.status_code, "2" in line.json()["detail"]) == (400, True)


def test_too_many_rows_are_refused(program: Program) -> None:
    refused = program.post("batch/plan.commitment", [{}] * 10_001)

    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_rows")
