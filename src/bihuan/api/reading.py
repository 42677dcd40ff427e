"""Reads what a request brings: its body as JSON or JSON lines, its headers. Raises refusals that say what is wrong."""

import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NoReturn

from django.http import HttpRequest

from bihuan.api.keys import Caller
from bihuan.api.refused import BadRequest, TooLarge
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal

MEGABYTE = 1024 * 1024
MOST_OF_A_FORM = MEGABYTE
MOST_OF_A_BATCH = 16 * MEGABYTE
MOST_ROWS = 10_000
LONGEST_KEY = 120
ETAG = re.compile(r'^"(\d{1,9})"$')
KEY = re.compile(rf"^[\x21-\x7e]{{1,{LONGEST_KEY}}}$")
Form = dict[str, object]


class Called(HttpRequest):
    """A request whose key was recognised."""

    auth: Caller


def read_form(request: HttpRequest) -> Form:
    """The body as one JSON object; an empty body is an empty form."""
    body = _body(request, MOST_OF_A_FORM)
    found = _parse(body) if body.strip() else {}
    if not isinstance(found, dict):
        raise BadRequest("not_an_object", N_("请求正文应为 JSON 对象。"), remedy=SEE_MATTER)
    return found


def read_rows(request: HttpRequest) -> list[Form]:
    """The body as rows: a JSON list of objects, or one object a line (application/x-ndjson)."""
    body = _body(request, MOST_OF_A_BATCH)
    found = list(_lines(body)) if _is_lines(request) else _parse(body)
    if not isinstance(found, list) or not found:
        raise BadRequest("not_a_list", N_("请求正文应为至少一行的列表。"), remedy=SEE_LINES)
    if len(found) > MOST_ROWS:
        raise BadRequest(
            "too_many_rows",
            N_("一次最多 %(limit)s 行，现有 %(count)s 行。"),
            remedy=N_("请分成几个较小的请求。"),
            params={"limit": MOST_ROWS, "count": len(found)},
        )
    wrong = [n for n, row in enumerate(found) if not isinstance(row, dict)]
    if wrong:
        raise FormRefusal(tuple(FieldProblem(f"rows.{n}", N_("应为一行记录")) for n in wrong))
    return found


def idempotency_key(request: HttpRequest, caller: Caller) -> str:
    """The caller's Idempotency-Key, made the caller's own: two callers with one key never meet."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not KEY.fullmatch(given):
        raise BadRequest(
            "idempotency_key",
            N_("请求头 Idempotency-Key 缺失或不合要求：1 至 %(limit)s 个可见的 ASCII 字符。"),
            remedy=N_("请为每个新的业务请求生成一个键；重试同一请求时用同一个键。"),
            params={"limit": LONGEST_KEY},
        )
    return "api:" + hashlib.sha256(f"{caller.person}:{given}".encode()).hexdigest()


def expected(request: HttpRequest) -> int | None:
    """The event number in If-Match that the caller's knowledge ends with; None when the caller does not say."""
    given = request.META.get("HTTP_IF_MATCH")
    if given is None or given == "*":
        return None
    found = ETAG.match(given)
    if not found:
        raise BadRequest(
            "if_match",
            N_('请求头 If-Match 应为带引号的事件号，例如 "3"。'),
            remedy=N_("请使用上次应答的 ETag。"),
        )
    return int(found[1])


SEE_MATTER = N_("表单的格式见 GET /api/v1/matters/事项代号。")
SEE_LINES = N_("可用 JSON 列表，或 application/x-ndjson 每行一个 JSON 对象。")


def _is_lines(request: HttpRequest) -> bool:
    return (request.content_type or "").lower() in ("application/x-ndjson", "application/jsonl")


def _body(request: HttpRequest, limit: int) -> bytes:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > limit:
        raise TooLarge(limit)
    return request.read(length) if length > 0 else b""


def _lines(body: bytes) -> Iterator[object]:
    for number, line in enumerate(body.splitlines(), 1):
        if line.strip():
            yield _parse(line, number)


def _parse(body: bytes, line: int = 0) -> object:
    try:
        found: object = json.loads(
            body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant
        )
    except RecursionError:
        raise BadRequest("bad_json", N_("JSON 嵌套过深。"), remedy=SEE_MATTER) from None
    except ValueError as error:
        at = line or getattr(error, "lineno", 1)
        raise BadRequest(
            "bad_json",
            N_("第 %(line)s 行不是正确的 JSON：%(error)s"),
            remedy=N_("请以 UTF-8 发送一个 JSON 值。"),
            params={"line": at, "error": getattr(error, "msg", "UTF-8")},
        ) from None
    if b"\\u" in body:
        _refuse_unstorable(found)
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)


def _refuse_unstorable(value: object) -> None:
    """Escapes can spell what no UTF-8 text holds: NUL and half of a surrogate pair."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise BadRequest("bad_text", N_("含有不能保存的字符"), remedy=SEE_MATTER)
    elif isinstance(value, dict):
        for name, item in value.items():
            _refuse_unstorable(name)
            _refuse_unstorable(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_unstorable(item)
