"""Open311's addresses written as OpenAPI 3.1, served at /open311/v2/openapi.json. Describes; answers nothing."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WORDS: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": ["number", "null"]}
INSTANT: Schema = {"type": "string", "format": "date-time"}
INSTANT_OR_NONE: Schema = {"type": ["string", "null"], "format": "date-time"}
OPEN_OR_CLOSED: Schema = {"enum": ["open", "closed"]}
FORMS = {"json": "application/json", "xml": "text/xml"}
REFUSED = {
    400: "参数缺失或有误 An argument is missing or wrong",
    403: "密钥无效，或岗位不能登记 No valid key, or one that may not register",
    404: "没有此服务、诉求、令牌或辖区 No such service, request, token or jurisdiction",
    413: "请求过大 Too large",
    429: "请求过多 Too often",
    503: "暂时不可用 Not available now",
}
READING = (400, 404, 503)
WRITING = (400, 403, 404, 413, 429, 503)


def _object(fields: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": fields, "required": list(required or fields)}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


SERVICE = _object(
    {
        "service_code": TEXT, "service_name": TEXT, "description": WORDS, "metadata": {"const": True},
        "type": {"enum": ["realtime"]}, "keywords": TEXT, "group": TEXT,
    }
)  # fmt: skip
VALUE = _object({"key": TEXT, "name": TEXT})
ATTRIBUTE = _object(
    {
        "variable": {"type": "boolean"}, "code": TEXT, "required": {"type": "boolean"},
        "datatype": {"enum": ["text", "string", "number", "datetime", "singlevaluelist", "multivaluelist"]},
        "datatype_description": WORDS, "order": {"type": "integer"}, "description": TEXT,
        "values": _list(VALUE),
    },
    "variable", "code", "datatype", "required", "order", "description",
)  # fmt: skip
DEFINITION = _object({"service_code": TEXT, "attributes": _list(ATTRIBUTE)})
REQUEST = _object(
    {
        "service_request_id": TEXT, "status": OPEN_OR_CLOSED, "status_notes": WORDS,
        "service_name": WORDS, "service_code": TEXT, "description": WORDS, "agency_responsible": WORDS,
        "service_notice": WORDS, "requested_datetime": INSTANT, "updated_datetime": INSTANT,
        "expected_datetime": INSTANT_OR_NONE, "address": WORDS, "address_id": WORDS, "zipcode": WORDS,
        "lat": NUMBER, "long": NUMBER, "media_url": WORDS,
    }
)  # fmt: skip
MADE = _object(
    {
        "service_request_id": TEXT, "service_notice": TEXT, "account_id": WORDS,
        "requested_datetime": INSTANT,
    }
)  # fmt: skip
TOKEN = _object({"service_request_id": TEXT, "token": TEXT})
ENDPOINT = _object(
    {
        "specification": TEXT, "url": TEXT, "changeset": INSTANT, "type": {"const": "production"},
        "formats": _list(TEXT),
    }
)  # fmt: skip
DISCOVERY = _object(
    {"changeset": INSTANT, "contact": TEXT, "key_service": TEXT, "endpoints": _list(ENDPOINT)}
)
ERRORS = _list(_object({"code": {"type": "integer"}, "description": TEXT}))

FILTERS: dict[str, Schema] = {
    "service_request_id": TEXT, "service_code": TEXT, "status": TEXT,
    "start_date": INSTANT, "end_date": INSTANT, "updated_after": INSTANT, "updated_before": INSTANT,
    "page": {"type": "integer", "minimum": 1}, "page_size": {"type": "integer", "minimum": 1, "maximum": 1000},
}  # fmt: skip
SENT: dict[str, Schema] = {
    "api_key": TEXT, "service_code": TEXT, "description": {"type": "string", "maxLength": 4000},
    "address_string": TEXT, "lat": {"type": "string"}, "long": {"type": "string"}, "phone": TEXT,
    "email": TEXT, "first_name": TEXT, "last_name": TEXT, "media_url": TEXT, "jurisdiction_id": TEXT,
    "attribute[kind]": TEXT, "attribute[identity]": TEXT, "attribute[place]": TEXT, "attribute[wish]": TEXT,
}  # fmt: skip


def description() -> Schema:
    """The whole description."""
    paths: Schema = {}
    for form in FORMS:
        paths |= _paths(form)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bihuan Open311 GeoReport v2", "version": "2"},
        "servers": [{"url": "/"}],
        "paths": paths,
    }


def _paths(form: str) -> Schema:
    root = "/open311/v2"
    read = f"{root}/requests.{form}"
    listed, one = _list(REQUEST), {"type": "array", "items": REQUEST, "minItems": 1, "maxItems": 1}
    return {
        f"{root}/discovery.{form}": {"get": _reads(form, "地址 Endpoints", DISCOVERY)},
        f"{root}/services.{form}": {"get": _reads(form, "服务 Services", _list(SERVICE))},
        f"{root}/services/{{code}}.{form}": {
            "get": _reads(form, "一项服务 One service", DEFINITION, "code")
        },
        read: {
            "get": _reads(form, "诉求列表 Requests", listed, asked=FILTERS),
            "post": _writes(form),
        },
        f"{root}/requests/{{number}}.{form}": {
            "get": _reads(form, "一件诉求 One request", one, "number")
        },
        f"{root}/tokens/{{token}}.{form}": {
            "get": _reads(form, "令牌的编号 A token's number", _list(TOKEN), "token")
        },
    }


def _reads(
    form: str, what: str, schema: Schema, named: str = "", asked: dict[str, Schema] | None = None
) -> Schema:
    further = {"jurisdiction_id": TEXT} | (asked or {})
    parameters: list[Schema] = [{"name": n, "in": "query", "schema": s} for n, s in further.items()]
    if named:
        parameters.append({"name": named, "in": "path", "required": True, "schema": TEXT})
    answers = {"200": _answer(form, what, schema)} | _refusals(form, READING)
    return {"summary": what, "parameters": parameters, "responses": answers}


def _writes(form: str) -> Schema:
    what = "登记诉求 Send a request"
    body = {"type": "object", "properties": SENT, "required": ["api_key", "service_code", "description"]}  # fmt: skip
    kinds = ("application/x-www-form-urlencoded", "application/json")
    answers = {"201": _answer(form, what, _list(MADE))} | _refusals(form, WRITING)
    content = {kind: {"schema": body} for kind in kinds}
    return {
        "summary": what,
        "requestBody": {"required": True, "content": content},
        "responses": answers,
    }


def _answer(form: str, what: str, schema: Schema) -> Schema:
    """In XML the same shape, its lists named as docs/open311.md says."""
    return {"description": what, "content": {FORMS[form]: {"schema": schema}}}


def _refusals(form: str, statuses: tuple[int, ...]) -> Schema:
    return {str(status): _answer(form, REFUSED[status], ERRORS) for status in statuses}
