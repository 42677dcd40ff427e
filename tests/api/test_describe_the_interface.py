"""docs/openapi.json is what the routes are, and the real server keeps to it whatever it is sent."""

import json
import urllib.request

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from bihuan.kernel.cases.verify import verify_all
from tests.api.conftest import Program
from tests.cast import Cast
from tools.write_openapi import TARGET, document

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 15  # for each address


def test_the_written_description_is_what_the_routes_are() -> None:
    assert TARGET.read_text(encoding="utf-8") == document(), (
        "run .venv/bin/python tools/write_openapi.py and look at the difference"
    )


def test_the_description_is_served_without_a_key(live_server: LiveServer) -> None:
    with urllib.request.urlopen(f"{live_server.url}/api/v1/openapi.json") as served:
        assert json.load(served)["openapi"].startswith("3.")


@pytest.mark.django_db(transaction=True)
def test_whatever_is_sent_the_server_answers_as_described(
    cast: Cast, program: Program, live_server: LiveServer, settings: object
) -> None:
    settings.BIHUAN_API_RATE = 0  # type: ignore[attr-defined]
    number = program.opened()
    described = schemathesis.openapi.from_dict(json.loads(TARGET.read_text(encoding="utf-8")))
    for found in described.get_all_operations():
        _try(found.ok(), live_server.url, program.token, number)
    assert list(verify_all(cast.now)) == [], "and the ledger holds nothing half"


def _try(operation: object, url: str, token: str, number: str) -> None:
    """Send generated requests to one address; names that exist are mixed in, so that the views are reached."""
    known = {"name": number, "number": number, "key": "plan.commitment", "action": "edit"}
    known["matter"] = "plan.commitment"

    @settings(
        max_examples=EXAMPLES, database=None, derandomize=True, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: schemathesis.Case) -> None:
        if len(repr(case.body)) % 4:
            named = {n: known[n] for n in case.path_parameters or {}}
            if case.method == "POST" and "name" in named:
                named["name"] = "plan.commitment"
            case.path_parameters = named
        case.call_and_validate(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS
        )

    given(case=operation.as_strategy())(send)()  # type: ignore[attr-defined]
