"""Says in Chinese and English what pydantic found wrong with a value. Wording only."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from bihuan.kernel.catalog.source import Location
from bihuan.kernel.catalog.spelling import meant_key
from bihuan.kernel.matters.fields import Frozen

_Say = Callable[[Mapping[str, Any]], tuple[str, str]]


def _fixed(chinese: str, english: str) -> _Say:
    return lambda ctx: (chinese.format(**ctx), english.format(**ctx))


_TEXT = _fixed("应为文字, 数字请加引号", "must be text; put a number in quotes")
_LIST = _fixed("应为列表, 每项以 - 开头", "must be a list")
_MAPPING = _fixed("应为“键: 值”的形式", "must be a mapping of keys to values")
_INTEGER = _fixed("应为整数", "must be a whole number")
_BOOLEAN = _fixed("应为 true 或 false", "must be true or false")
_DATE = _fixed("应为日期, 例如 2023-06-30", "must be a date such as 2023-06-30")
_DECIMAL = _fixed("应为数字, 例如 5 或 0.5", "must be a number such as 5 or 0.5")
_SAYINGS: Mapping[str, _Say] = {
    "missing": _fixed("缺少这一项", "this key is required"),
    "extra_forbidden": _fixed("没有这个键, 请检查拼写", "unknown key: check the spelling"),
    "string_type": _TEXT,
    "string_pattern_mismatch": _fixed("写法应符合 {pattern}", "must match {pattern}"),
    "string_too_short": _fixed("不能为空", "must not be empty"),
    "literal_error": _fixed("只能是 {expected}", "must be one of {expected}"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "decimal_type": _DECIMAL,
    "decimal_parsing": _DECIMAL,
    "finite_number": _DECIMAL,
    "too_short": _fixed("至少要有 {min_length} 项", "needs at least {min_length} item(s)"),
    "too_long": _fixed("最多 {max_length} 项", "at most {max_length} item(s)"),
    "greater_than_equal": _fixed("不能小于 {ge}", "must be at least {ge}"),
    "less_than_equal": _fixed("不能大于 {le}", "must be at most {le}"),
}


def say(error: Mapping[str, Any], model: type[Frozen]) -> str:
    """`units.3.parent: 缺少这一项（this key is required）`, from one entry of ValidationError.errors()."""
    location: Location = error["loc"]
    where = ".".join(str(part) for part in location) or "文件"
    context = error.get("ctx", {})
    if error["type"] == "extra_forbidden" and (meant := meant_key(model, location)):
        return f"{where}: 没有这个键, 是不是 {meant}（unknown key: did you mean {meant}?）"
    if error["type"] == "value_error":
        return f"{where}: {context['error']}"
    saying = _SAYINGS.get(error["type"])
    if saying is None:
        return f"{where}: 取值有误（{error['msg']}）"
    chinese, english = saying(context)
    return f"{where}: {chinese}{_seen(error)}（{english}）"


def told(error: ValidationError) -> list[Mapping[str, Any]]:
    """The entries worth telling: a list is not called short because its items are wrong."""
    entries: list[Mapping[str, Any]] = [dict(entry) for entry in error.errors(include_url=False)]
    places = [entry["loc"] for entry in entries]

    def is_echo(entry: Mapping[str, Any]) -> bool:
        size = len(entry["loc"])
        deeper = (p for p in places if len(p) > size and p[:size] == entry["loc"])
        return entry["type"] == "too_short" and any(deeper)

    return [entry for entry in entries if not is_echo(entry)]


def _seen(error: Mapping[str, Any]) -> str:
    value = error.get("input")
    if error["type"] in ("missing", "extra_forbidden") or isinstance(value, list | dict):
        return ""
    text = "空" if value is None else str(value)
    return f", 现为“{text[:40]}”"
