"""What is refused says what, why and what instead, as a problem document in the caller's language."""

from collections.abc import Mapping

import pytest
from django.test import Client

from bihuan.kernel.cases.models import Case
from tests.api.conftest import Calls, Program
from tests.api.running import COMMITMENT
from tests.cast import Cast


def test_every_field_that_does_not_fit_is_named(program: Program) -> None:
    wrong = {**COMMITMENT, "kind": "dream", "deadline": "soon", "colour": "red"}
    wrong["targets"] = [{"measure": "", "value": "many", "bound": "eq"}]

    refused = program.post("cases/plan.commitment", wrong)

    problem = refused.json()
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert {p["field"] for p in problem["problems"]} == {
        "kind", "deadline", "colour", "targets.0.measure", "targets.0.value",
    }  # fmt: skip
    assert (problem["code"], problem["status"]) == ("form", 422)
    assert problem["remedy"]


@pytest.mark.parametrize("value", ["1e-999999", "1e999999", "9" * 5000, "NaN", 1e-30, True])
def test_a_number_that_would_fill_pages_is_refused(program: Program, value: object) -> None:
    target = {"measure": "面积", "bound": "eq", "value": value}

    refused = program.post("cases/plan.commitment", COMMITMENT | {"targets": [target]})

    assert refused.status_code == 422
    assert refused.json()["problems"][0]["field"] == "targets.0.value"


def test_a_refusal_speaks_the_callers_language(program: Program) -> None:
    english = program.post("cases/plan.commitment", {}, Accept_Language="en-GB,en;q=0.9")
    chinese = program.post("cases/plan.commitment", {}, Accept_Language="zh-CN")

    assert english.headers["Content-Language"] == "en"
    assert english.json()["detail"].isascii()
    assert english.json()["problems"][0]["message"].isascii()
    assert "表单有误" in chinese.json()["detail"]


def test_who_may_not_is_told_who_may(cast: Cast, calls: Calls, program: Program) -> None:
    number = program.opened()

    refused = calls(cast.inspector).post(f"cases/{number}/actions/confirm", {})

    assert (refused.status_code, refused.json()["code"]) == (403, "role")
    assert "planner@office" in refused.json()["remedy"]


def test_an_action_that_the_state_does_not_have_is_not_now(program: Program) -> None:
    number = program.opened()

    refused = program.post(f"cases/{number}/actions/decompose", {})

    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (b'{"title": NaN}', "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b"[]", "not_an_object"),
        (rb'{"title": "\u0000"}', "bad_text"),
        (rb'{"title": "\ud800"}', "bad_text"),
        (b'{"start": ' + b"9" * 5000 + b"}", "bad_json"),
    ],
)
def test_a_body_that_is_no_form_is_a_bad_request(program: Program, body: bytes, code: str) -> None:
    refused = program.post("cases/plan.commitment", body)

    assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_a_body_beyond_the_limit_is_too_large(program: Program) -> None:
    refused = program.post("cases/plan.commitment", b" " * (1024 * 1024 + 1))

    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def test_a_bad_if_match_is_named(program: Program) -> None:
    number = program.opened()

    refused = program.post(f"cases/{number}/actions/confirm", {}, If_Match="yesterday")

    assert (refused.status_code, refused.json()["code"]) == (400, "if_match")


@pytest.mark.parametrize("path", ["cases/CN2023-99999", "cases/%00", "cases/x", "nothing"])
def test_what_is_not_there_is_not_found(program: Program, path: str) -> None:
    refused = program.get(path)

    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


def test_a_wrong_method_is_told_the_right_ones(program: Program) -> None:
    refused = program.http.delete("/api/v1/matters")

    assert (refused.status_code, refused.json()["code"]) == (405, "method")
    assert refused.headers["Allow"] == "GET"


def test_an_unknown_matter_is_not_found(program: Program) -> None:
    assert program.post("cases/plan.dream", {}).json()["code"] == "no_such_matter"
    assert program.get("matters/plan.dream").status_code == 404
    assert program.post("batch/plan.dream", [{}]).status_code == 404


def test_a_key_that_calls_too_often_is_told_to_wait(program: Program, settings: object) -> None:
    settings.BIHUAN_API_RATE = 2  # type: ignore[attr-defined]

    answers = [program.get("matters") for _ in range(4)]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic abc"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer bihuan_00000000_secret"},
        {"Authorization": "Bearer bihuan_%00_secret"},
    ],
)
def test_a_stranger_is_turned_away(headers: Mapping[str, str]) -> None:
    refused = Client(headers=headers).post("/api/v1/cases/plan.commitment", {})

    assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert Case.objects.count() == 0
