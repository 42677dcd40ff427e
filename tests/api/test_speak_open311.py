"""Other systems read and send demands by Open311 GeoReport v2: in its forms, with its errors, public words only."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from jsonschema import Draft4Validator, FormatChecker
from lxml import etree
from pytest_django import Settings
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from bihuan.api.keys import make_key
from bihuan.hotline.following import follow_code
from bihuan.kernel.cases.models import Case
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Holding
from tests.cast import Cast
from tests.hotline.conftest import WORDS, Hall, photo

SHARED = [up / "shared/data/open311/schema" for up in Path(__file__).parents]
SCHEMAS = next((path for path in SHARED if path.is_dir()), SHARED[3])
V2 = "/open311/v2"


@pytest.fixture
def hall(cast: Cast) -> Hall:
    """The hotline centre."""
    return Hall(cast)


@pytest.fixture
def client(cast: Cast, settings: Settings) -> Client:
    """A program without a key."""
    settings.BIHUAN_CLOCK_SHIFT = int((cast.now - timezone.now()).total_seconds()) + 600
    return Client(headers={"Accept-Language": "zh-CN"})


@pytest.fixture
def key(hall: Hall) -> str:
    """A key bound to the online desk."""
    holding = Holding.objects.get(post=hall.desk.post)
    return make_key(holding, "省平台", SYSTEM_ACTOR, now=hall.cast.now)


def sent(key: str, **changes: str) -> dict[str, Any]:
    """A new request as a client sends it."""
    whole = {
        "api_key": key, "service_code": "help", "description": WORDS, "address_string": "滨河北路8号",
        "phone": "13835800001", "first_name": "三", "last_name": "张", "attribute[place]": "141102",
    }  # fmt: skip
    return {name: value for name, value in (whole | changes).items() if value}


def get(client: Client, path: str, **asked: str) -> Any:
    """An answer in JSON."""
    answer = client.get(f"{V2}/{path}", asked)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def refused(answer: Any, status: int) -> str:
    """The description of the one error, which has the standard's form."""
    assert answer.status_code == status, answer.content
    [error, *_] = json.loads(answer.content)
    assert error["code"] == status
    return str(error["description"])


def fits(name: str, body: object) -> None:
    """Raise where a body does not fit the published schema."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"no schemas at {SCHEMAS}")
    known = [
        (path.name, Resource.from_contents(json.loads(path.read_text()), DRAFT4))
        for path in SCHEMAS.glob("*.json")
    ]
    schema = json.loads((SCHEMAS / name).read_text())
    registry: Registry[Any] = Registry().with_resources(known)
    Draft4Validator(schema, registry=registry, format_checker=FormatChecker()).validate(body)


@pytest.mark.shared
def test_every_answer_fits_the_published_schemas(hall: Hall, client: Client, key: str) -> None:
    hall.closed()
    client.post(f"{V2}/requests.json", sent(key))
    fits("services.json", get(client, "services.json"))
    for service in get(client, "services.json"):
        fits("service.json", service)
        fits("service-definition.json", get(client, f"services/{service['service_code']}.json"))
    listed = get(client, "requests.json")
    fits("requests.json", listed)
    assert {request["status"] for request in listed} == {"open", "closed"}
    for request in listed:
        fits("request.json", request)
        fits("request.json", get(client, f"requests/{request['service_request_id']}.json")[0])


def test_discovery_names_the_endpoint(client: Client) -> None:
    [endpoint] = get(client, "discovery.json")["endpoints"]
    assert endpoint["url"].endswith("/open311/v2")
    assert endpoint["formats"] == ["application/json", "text/xml"]
    assert client.get("/open311/discovery.xml").status_code == 200


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_request_is_sent_and_read_again(hall: Hall, client: Client, key: str, form: str) -> None:
    answer = client.post(f"{V2}/requests.{form}", sent(key))
    assert answer.status_code == 201, answer.content
    case = Case.objects.get()
    assert case.number in answer.content.decode()
    assert (case.data["channel"], case.data["place"]) == ("api", "141102")
    assert follow_code(case.number) in answer.content.decode()
    token = f"{case.number}.{follow_code(case.number)}"
    assert get(client, f"tokens/{token}.json")[0]["service_request_id"] == case.number
    assert "没有这个令牌" in refused(client.get(f"{V2}/tokens/{case.number}.XXXX-XXXX.json"), 404)


def test_xml_says_the_same_as_json(hall: Hall, client: Client) -> None:
    case = hall.registered()
    root = etree.fromstring(client.get(f"{V2}/requests/{case.number}.xml").content)
    [request] = root
    [plain] = get(client, f"requests/{case.number}.json")
    assert (root.tag, request.tag) == ("service_requests", "request")
    assert {e.tag: e.text for e in request} == {
        name: None if value is None else str(value) for name, value in plain.items()
    }


def test_the_public_reads_no_person_no_content_no_exact_place(hall: Hall, client: Client) -> None:
    hall.registered(
        content="我叫王小明，住在离石区滨河街道龙凤小区3栋2单元501，电话13835812345，暖气不热",
        address="龙凤小区3栋2单元501", lat="37.521234", lon="111.141234", place="141102", name="王小明",
    )  # fmt: skip
    text = client.get(f"{V2}/requests.json").content.decode()
    for private in ("王小明", "13835812345", "13835800001", "501", "37.52", "111.14"):
        assert private not in text
    assert "离石区" in text


@pytest.mark.parametrize("identity", ["confidential", "anonymous"])
def test_who_asked_for_silence_is_counted_but_not_read(
    hall: Hall, client: Client, identity: str
) -> None:
    hall.registered(identity=identity, place="141102")
    [request] = get(client, "requests.json")
    assert (request["description"], request["address"]) == (None, None)
    assert request["service_code"] == "help"


def test_lists_are_filtered_and_paged(hall: Hall, client: Client) -> None:
    first = hall.closed()
    second = hall.registered(kind="consult")
    numbers = [r["service_request_id"] for r in get(client, "requests.json")]
    assert numbers == [second.number, first.number]

    def only(**asked: str) -> list[str]:
        return [r["service_request_id"] for r in get(client, "requests.json", **asked)]

    assert only(status="open") == [second.number]
    assert only(status="closed") == [first.number]
    assert only(status="open,closed") == numbers
    assert only(service_code="consult") == [second.number]
    assert only(service_request_id=f"{first.number},SQ2023-99999") == [first.number]
    assert only(page="2", page_size="1") == [first.number]
    assert only(end_date="2023-02-28T00:00:00Z") == []
    assert only(start_date="2023-03-01T00:00:00+08:00", end_date="2023-03-09") == numbers


def test_a_category_is_a_service_and_is_told_back(hall: Hall, client: Client, key: str) -> None:
    listed = {service["service_code"]: service for service in get(client, "services.json")}
    assert listed["010100"]["group"] == "城乡建设"
    attributes = get(client, "services/010100.json")["attributes"]
    assert [attribute["code"] for attribute in attributes] == ["kind", "identity", "place", "wish"]
    post = sent(key, service_code="010100", **{"attribute[kind]": "complaint"})
    assert client.post(f"{V2}/requests.json", post).status_code == 201
    case = Case.objects.get()
    assert (case.data["category"], case.data["kind"]) == ("010100 市政设施", "complaint")
    [request] = get(client, "requests.json", service_code="010100")
    assert (request["service_code"], request["service_name"]) == ("010100", "市政设施")
    assert get(client, "requests.json", service_code="complaint") == []
    assert "kind" in refused(
        client.post(f"{V2}/requests.json", post | {"attribute[kind]": "rant"}), 400
    )


def test_the_category_of_a_confidential_demand_is_not_told_and_not_found(
    hall: Hall, client: Client, key: str
) -> None:
    secret = sent(key, service_code="010100", **{"attribute[identity]": "confidential"})
    assert client.post(f"{V2}/requests.json", secret).status_code == 201
    assert get(client, "requests.json", service_code="010100") == []
    [request] = get(client, "requests.json", service_code="help")
    assert request["service_code"] == "help"


def test_what_changed_since_is_asked_for(hall: Hall, client: Client) -> None:
    first = hall.registered()
    hall.cast.later(hours=2)
    second = hall.registered(kind="consult")
    later = second.opened_at.isoformat()
    found = get(client, "requests.json", updated_after=later)
    assert [request["service_request_id"] for request in found] == [second.number]
    found = get(client, "requests.json", updated_before=first.moved_at.isoformat())
    assert [request["service_request_id"] for request in found] == [first.number]


def test_another_jurisdiction_is_not_served_here(hall: Hall, client: Client, key: str) -> None:
    assert get(client, "services.json", jurisdiction_id="lvliang")
    answer = client.get(f"{V2}/services.json", {"jurisdiction_id": "140100"})
    assert "140100" in refused(answer, 404)
    elsewhere = sent(key, jurisdiction_id="140100")
    refused(client.post(f"{V2}/requests.json", elsewhere), 404)


def test_a_link_to_a_picture_is_written_down_and_never_fetched(
    hall: Hall, client: Client, key: str
) -> None:
    linked = sent(key, media_url="https://example.org/a.jpg")
    assert client.post(f"{V2}/requests.json", linked).status_code == 201
    assert "https://example.org/a.jpg" in str(Case.objects.get().data["content"])
    bad = sent(key, media_url="file:///etc/passwd")
    assert "media_url" in refused(client.post(f"{V2}/requests.json", bad), 400)


@pytest.mark.parametrize(
    "asked",
    [
        {"page": "0"}, {"page_size": "5000"}, {"page": "9999999"}, {"page": "x"}, {"status": "lost"},
        {"start_date": "yesterday"}, {"end_date": "0001-01-01"}, {"service_code": "potholes"},
        {"service_request_id": "\x00"}, {"service_request_id": "SQ' OR 1=1"},
    ],
)  # fmt: skip
def test_an_argument_that_cannot_be_is_refused(client: Client, asked: dict[str, str]) -> None:
    assert next(iter(asked)) in refused(client.get(f"{V2}/requests.json", asked), 400)


def test_what_is_missing_or_wrong_is_said_in_the_standards_form(
    hall: Hall, client: Client, key: str
) -> None:
    def post(**changes: str) -> Any:
        return client.post(f"{V2}/requests.json", sent(**({"key": key} | changes)))

    assert "api_key" in refused(post(key=""), 403)
    assert "api_key" in refused(post(key="bihuan_abc_def"), 403)
    assert "potholes" in refused(post(service_code="potholes"), 404)
    assert "地点" in refused(post(address_string=""), 400)
    assert "description" in refused(post(description="x"), 400)
    assert "phone" in refused(post(phone="12"), 400)
    assert "填反了" in refused(post(lat="111.14", long="37.52"), 400)
    assert "identity" in refused(post(**{"attribute[identity]": "secret"}), 400)
    refused(client.get(f"{V2}/requests/SQ2023-99999.json"), 404)
    refused(client.get(f"{V2}/nothing/at/all.json"), 404)
    refused(client.get("/open311/"), 404)
    refused(client.delete(f"{V2}/requests.json"), 405)
    assert client.get(f"{V2}/nothing.xml").content.startswith(b"<?xml")
    assert not Case.objects.exists()


def test_a_key_of_another_post_may_not_send(hall: Hall, client: Client) -> None:
    handler = hall.cast.handler
    holding = Holding.objects.get(person=handler.person, post=handler.post)
    key = make_key(holding, "别的", SYSTEM_ACTOR, now=hall.cast.now)
    refused(client.post(f"{V2}/requests.json", sent(key)), 403)


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><request><description>&x;</description></request>',
        '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><request><description>&b;</description></request>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><request/>',
        "<request><unclosed></request>",
        "",
    ],
)
def test_xml_with_entities_is_refused_unread(client: Client, body: str) -> None:
    answer = client.post(f"{V2}/requests.xml", body, content_type="application/xml")
    assert answer.status_code == 400
    assert b"root:" not in answer.content
    assert etree.fromstring(answer.content).tag == "errors"


def test_plain_xml_and_json_are_read_too(hall: Hall, client: Client, key: str) -> None:
    root = etree.Element("request")
    for name, value in sent(key).items():
        etree.SubElement(root, name.replace("attribute[place]", "place")).text = value
    xml = client.post(f"{V2}/requests.xml", etree.tostring(root), content_type="text/xml")
    assert xml.status_code == 201, xml.content
    words = {"description": "路灯还是\ud800\x00不亮，请修理"}
    body = json.dumps(sent(key, **words))
    again = client.post(f"{V2}/requests.json", body, content_type="application/json")
    assert again.status_code == 201, again.content
    assert Case.objects.count() == 2


def test_a_picture_comes_along_and_a_false_one_is_refused(
    hall: Hall, client: Client, key: str
) -> None:
    false = sent(key) | {"media": SimpleUploadedFile("a.jpg", b"MZ" * 99)}
    assert "media" in refused(client.post(f"{V2}/requests.json", false), 400)
    true = sent(key) | {"media": SimpleUploadedFile("a.jpg", photo())}
    assert client.post(f"{V2}/requests.json", true).status_code == 201
    assert Case.objects.get().evidence.count() == 1


def test_a_post_that_is_too_large_or_of_another_type_is_refused(client: Client) -> None:
    large = "description=" + "x" * (6 * 1024 * 1024)
    form = "application/x-www-form-urlencoded"
    refused(client.post(f"{V2}/requests.json", large, content_type=form), 413)
    refused(client.post(f"{V2}/requests.json", "x" * 2_000_000, content_type="text/xml"), 413)
    refused(client.post(f"{V2}/requests.json", "x", content_type="text/csv"), 400)


def test_the_same_post_twice_is_one_demand(hall: Hall, client: Client, key: str) -> None:
    answers = [client.post(f"{V2}/requests.json", sent(key)).content for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    named = {"Idempotency-Key": "a1"}
    for _ in range(2):
        other = sent(key, description="另一件事：井盖丢了，请补上")
        client.post(f"{V2}/requests.json", other, headers=named)
    assert Case.objects.count() == 2


def test_errors_are_said_in_english_to_those_who_ask(client: Client) -> None:
    answer = client.get(f"{V2}/requests/none.json", headers={"Accept-Language": "en"})
    assert refused(answer, 404) == "There is no request with the number none."
