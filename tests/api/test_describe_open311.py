"""The Open311 door keeps to its written description whatever it is sent, in JSON and in XML; nothing is stored half."""

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from jsonschema import Draft202012Validator
from lxml import etree
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from bihuan.api.open311_forms import ITEMS
from tests.config.product import Product, bihuan, free_port

EXAMPLES = int(
    os.environ.get("BIHUAN_EXAMPLES", "20")
)  # for each address; `make nightly` asks for more
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
WORDS = "滨河北路与久安路口的路灯坏了三天，晚上很黑。"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, str]]:
    """A running product and a key of the online desk."""
    var = tmp_path_factory.mktemp("open311") / "var"
    product = Product.start(var, free_port(), BIHUAN_API_RATE="0")
    made = bihuan(var, "api-key", "hotline.online", "ll-hotline-online", "省平台")
    assert made.returncode == 0, made.stderr
    yield product, made.stdout.strip()
    product.end(signal.SIGTERM)


def test_whatever_is_sent_the_door_answers_as_described(served: tuple[Product, str]) -> None:
    product, key = served
    url = f"http://127.0.0.1:{product.port}"
    with urllib.request.urlopen(f"{url}/open311/v2/openapi.json") as answered:
        description = json.load(answered)
    number = _sent(url, key)
    seen = {
        operation.ok().label: _try(operation.ok(), url, key, number)
        for operation in schemathesis.openapi.from_dict(description).get_all_operations()
    }
    for form in ("json", "xml"):
        assert seen[f"POST /open311/v2/requests.{form}"] >= {201, 400, 403}
        assert seen[f"GET /open311/v2/requests.{form}"] >= {200, 400}
    verified = bihuan(product.var, "ledger", "verify")
    assert verified.returncode == 0, f"something half was left behind: {verified.stdout}"


def _sent(url: str, key: str) -> str:
    """The number of a demand that the generated requests may meet."""
    body = {
        "api_key": key,
        "service_code": "010100",
        "description": WORDS,
        "address_string": "滨河北路",
    }
    asked = urllib.request.Request(
        f"{url}/open311/v2/requests.json", json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(asked) as answered:
        return str(json.load(answered)[0]["service_request_id"])


def _try(operation: Any, url: str, key: str, number: str) -> set[int]:
    """Send generated requests to one address; three of four name what exists and bring the key. Returns the statuses."""
    known = {"number": number, "code": "010100", "token": f"{number}.XXXX-XXXX"}
    sent, seen = 0, set()

    @seed(5)
    @settings(
        max_examples=EXAMPLES, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        nonlocal sent
        sent += 1
        if sent % 4:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            if isinstance(case.body, dict):
                case.body |= {"api_key": key, "service_code": "help"}
        if sent % 4 == 1 and isinstance(case.body, dict):
            case.body |= {"description": WORDS + str(sent), "address_string": "滨河北路"}
        in_json = operation.path.endswith(".json")
        answer = case.call(base_url=url)
        seen.add(answer.status_code)
        case.validate_response(
            answer, checks=[*CHECKS, response_schema_conformance] if in_json else CHECKS
        )
        if not in_json:
            _fits(operation, answer.status_code, answer.content)

    send()
    return seen


def _fits(operation: Any, status: int, body: bytes) -> None:
    """Raise where an answer in XML has not the shape that is described for the same answer in JSON."""
    schema = operation.definition.raw["responses"][str(status)]["content"]["text/xml"]["schema"]
    Draft202012Validator(schema).validate(_plain(etree.fromstring(body), schema))


def _plain(element: Any, schema: Any) -> Any:
    """What an element says, read as the schema wants it."""
    kind = schema.get("type")
    if kind == "array":
        assert {child.tag for child in element} <= {ITEMS.get(element.tag)}, element.tag
        return [_plain(child, schema["items"]) for child in element]
    if kind == "object":
        known = schema["properties"]
        assert {child.tag for child in element} <= set(known), element.tag
        return {child.tag: _plain(child, known[child.tag]) for child in element}
    text = element.text
    if kind == "boolean" or ("const" in schema and schema["const"] is True):
        return {"true": True, "false": False}[text]
    if text is None:
        return None if isinstance(kind, list) else ""
    if kind == "integer" or kind == ["number", "null"]:
        return json.loads(text)
    return text
