"""docs/openapi.json is what the routes are, and the real server keeps to it whatever it is sent."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from tools.write_openapi import TARGET, document

from tests.api.running import COMMITMENT, start_with_key
from tests.config.product import Product, bihuan, free_port

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = int(
    os.environ.get("BIHUAN_EXAMPLES", "20")
)  # for each address; `make nightly` asks for more


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, str]]:
    """A running product and a key."""
    var = tmp_path_factory.mktemp("api") / "var"
    product, token = start_with_key(var, free_port(), BIHUAN_API_RATE="0")
    yield product, token
    product.end(signal.SIGTERM)


def test_the_written_description_is_what_the_routes_are() -> None:
    assert TARGET.read_text(encoding="utf-8") == document(), (
        "run .venv/bin/python tools/write_openapi.py and look at the difference"
    )


def test_whatever_is_sent_the_server_answers_as_described(served: tuple[Product, str]) -> None:
    product, token = served
    url = f"http://127.0.0.1:{product.port}"
    with urllib.request.urlopen(f"{url}/api/v1/openapi.json") as answered:
        description = json.load(answered)
    number = _opened(url, token)

    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        _try(found.ok(), url, token, number)

    verified = bihuan(product.var, "ledger", "verify")
    assert verified.returncode == 0, f"something half was left behind: {verified.stdout}"


def _opened(url: str, token: str) -> str:
    """The number of a case that the generated requests may meet."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "first"}
    asked = urllib.request.Request(
        f"{url}/api/v1/cases/plan.commitment", json.dumps(COMMITMENT).encode(), headers
    )
    with urllib.request.urlopen(asked) as answered:
        return str(json.load(answered)["number"])


def _try(operation: Any, url: str, token: str, number: str) -> None:
    """Send generated requests to one address; three of four name what exists, so that the views are reached."""
    known = {"number": number, "key": "plan.commitment", "matter": "plan.commitment"}
    known |= {"action": "edit", "name": number if operation.method == "get" else "plan.commitment"}
    sent = 0

    @settings(
        max_examples=EXAMPLES, database=None, derandomize=True, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        nonlocal sent
        sent += 1
        if sent % 4:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        case.call_and_validate(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS
        )

    send()
    assert sent


def test_a_key_revoked_on_the_command_line_is_refused_by_the_running_server(
    served: tuple[Product, str],
) -> None:
    product, _ = served
    made = bihuan(product.var, "api-key", "planner", "ll-planner", "另一个程序")
    token = made.stdout.strip()
    assert _status(product, token) == 200

    revoked = bihuan(product.var, "api-key", "--revoke", token.split("_")[1])

    assert revoked.returncode == 0, revoked.stderr
    assert _status(product, token) == 401
    assert bihuan(product.var, "api-key", "--revoke", token.split("_")[1]).returncode == 1
    assert bihuan(product.var, "api-key", "nobody", "ll-planner", "x").returncode == 1


def _status(product: Product, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    asked = urllib.request.Request(f"http://127.0.0.1:{product.port}/api/v1/matters", None, headers)
    try:
        with urllib.request.urlopen(asked) as answered:
            return int(answered.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
