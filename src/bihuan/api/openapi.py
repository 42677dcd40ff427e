"""What OpenAPI cannot read from the views' signatures: headers, bodies, answers. Described once, used by every route."""

from typing import Any

Extra = dict[str, Any]

EVENT = {
    "number": {"type": "string", "description": "编号"},
    "matter": {"type": "string", "description": "事项"},
    "seq": {"type": "integer", "description": "此办件的第几号事件"},
    "state": {"type": "string", "description": "环节"},
    "at": {"type": "string", "format": "date-time"},
    "hash": {"type": "string", "description": "台账中此事件的哈希"},
}
PROBLEM = {
    "type": {"type": "string"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "拒绝了什么、为什么"},
    "code": {"type": "string"},
    "remedy": {"type": "string", "description": "可以怎么办"},
    "basis": {"type": "string", "description": "依据"},
    "problems": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["field", "message"],
            "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
        },
    },
    "changed": {"type": "array", "items": {"type": "object"}},
}
WORDS = {
    400: "请求有误",
    401: "没有有效的密钥",
    403: "无权办理",
    404: "没有此事项或办件",
    409: "现在不能办理，或幂等键已用于另一个请求",
    412: "此件在 If-Match 之后有了新进展",
    413: "请求过大",
    422: "表单有误",
    429: "请求过多",
    503: "暂时不可用",
}
RING = {"number": "来电号码", "call": "呼叫编号", "seat": "话务席的岗位代号；不写则为密钥的岗位"}
READING = (400, 401, 404, 429, 503)
WRITING = (400, 401, 403, 404, 409, 413, 422, 429, 503)

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "幂等键：同一键再来，答复同第一次，并带 Idempotent-Replay: true",
    "schema": {"type": "string", "pattern": "^[!-~]{1,120}$"},
}
_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "上次应答的 ETag：其后有新进展则以 412 拒绝",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
_FORM = {"type": "object", "description": "表单：格式见 GET /api/v1/matters/{key}"}
_HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "事件号"},
    "Idempotent-Replay": {"schema": {"type": "string"}, "description": "true：先前已答复"},
}


def reads(what: str, schema: Extra | None = None) -> Extra:
    """A route that reads."""
    return {"responses": {200: _answer(what, schema or {"type": "object"})} | _refusals(READING)}


def writes(status: int, what: str, *, matching: bool = False) -> Extra:
    """A route that writes one event."""
    schema = {"$ref": "#/components/schemas/Acknowledged"}
    statuses = (*WRITING, 412) if matching else WRITING
    done = _answer(what, schema) | {"headers": _HEADERS}
    return {
        "parameters": [_KEY, _MATCH] if matching else [_KEY],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _FORM}}},
        "responses": {status: done} | _refusals(statuses),
    }


def writes_rows(what: str) -> Extra:
    """The route that opens many cases."""
    case = {name: EVENT[name] for name in ("number", "seq")}
    cases = {"type": "array", "items": {"type": "object", "properties": case}}
    properties = {"matter": EVENT["matter"], "count": {"type": "integer"}, "cases": cases}
    return writes(201, what) | {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": _FORM, "minItems": 1, "maxItems": 10000}
                },
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        "responses": {201: _answer(what, {"type": "object", "properties": properties})}
        | _refusals(WRITING),
    }


def rings() -> Extra:
    """The route of the telephone system; it writes no event, so that it needs no idempotency key."""
    fields = {name: {"type": "string", "description": said} for name, said in RING.items()}
    asked = {"type": "object", "required": ["number", "call"], "properties": fields}
    told = {name: {"type": "string"} for name in ("call", "seat", "at")}
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": {200: _answer("已弹屏", {"type": "object", "properties": told})}
        | _refusals(WRITING),
    }


def _answer(what: str, schema: Extra, kind: str = "application/json") -> Extra:
    return {"description": what, "content": {kind: {"schema": schema}}}


def _refusals(statuses: tuple[int, ...]) -> Extra:
    problem = {"$ref": "#/components/schemas/Problem"}
    found: Extra = {}
    for status in sorted(statuses):
        found |= {status: _answer(WORDS[status], problem, "application/problem+json")}  # type: ignore[dict-item]
    return found


SCHEMAS: Extra = {
    "Acknowledged": {"type": "object", "required": list(EVENT), "properties": EVENT},
    "Problem": {
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": PROBLEM,
    },
}
