"""The fields of a form (表单字段): their types, and parsing of what a person or a file gives. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as PydanticField

from bihuan.kernel.errors import N_, FieldProblem

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

FieldType = Literal[
    "text", "longtext", "integer", "number", "date", "boolean", "choice",
    "unit", "units", "post", "region", "files", "rows",
]  # fmt: skip
EMPTY: tuple[object, ...] = (None, "", [], {})
LONGEST_NUMBER = (
    40  # characters; what is written out must not be longer than what was typed by much
)
NAME = r"^[a-z][a-z0-9_]*$"
INTEGER = re.compile(r"-?\d{1,15}")
CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Frozen(BaseModel):
    """Base of every catalog value: immutable, and a key that nobody reads is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Choice(Frozen):
    """One value of a choice field."""

    label: str = PydanticField(description="中文名称 (what people see)")
    label_en: str = PydanticField(default="", description="英文名称")
    fills: dict[str, str] = PydanticField(
        default_factory=dict,
        description="选定后带出的文字: text field of the same form: what is proposed there, to be changed by hand",
    )


class FieldDefinition(Frozen):
    """One field of a form (字段)."""

    type: FieldType = PydanticField(description="类型: what may be filled in")
    label: str = PydanticField(description="中文名称 (what people see)")
    label_en: str = PydanticField(default="", description="英文名称")
    help: str = PydanticField(default="", description="填写说明, shown under the field")
    help_en: str = PydanticField(default="", description="the same in English")
    required: bool = PydanticField(default=False, description="必填: a form without it is refused")
    choices: dict[str, Choice] = PydanticField(default_factory=dict, description="for type choice")
    fields: dict[str, "FieldDefinition"] = PydanticField(
        default_factory=dict, description="for type rows: the columns of one row"
    )
    max: int | None = PydanticField(
        default=None, description="text: characters; integer, number: value; files, rows: count"
    )
    min: int | None = PydanticField(default=None, description="integer, number: least value")
    accept: tuple[str, ...] = PydanticField(
        default=(), description="for type files: allowed endings, such as .pdf"
    )
    max_megabytes: int = PydanticField(default=20, description="for type files: size of one file")
    personal: Literal["", "name", "phone", "mail", "id_number", "address", "text"] = PydanticField(
        default="",
        description="个人信息: kept outside the ledger, encrypted, masked by default, erasable",
    )
    fixed: Annotated[
        str, PydanticField(description="which of the five fixed things (五定) it fills")
    ] = ""


def is_empty(value: object) -> bool:
    """True for what counts as not filled in."""
    return value in EMPTY


def parse_form(
    fields: Mapping[str, FieldDefinition],
    raw: Mapping[str, object],
    *,
    partial: bool = False,
    lenient: bool = False,
) -> tuple[dict[str, Json], tuple[FieldProblem, ...]]:
    """Parse raw input (strings from a form, or JSON) into canonical JSON values, with every problem found.

    With `partial`, a field that is not given stays away and a required one may be missing; `lenient` lets a required
    one be emptied too.
    """
    values: dict[str, Json] = {}
    problems: list[FieldProblem] = []
    for name in raw:
        if name not in fields:
            problems.append(FieldProblem(name, N_("表单中没有这一项")))
    for name, field in fields.items():
        if name not in raw and partial:
            continue
        value, found = parse_field(field, raw.get(name), name)
        problems.extend(found)
        values[name] = value
        if field.required and not lenient and not found and is_empty(value):
            problems.append(FieldProblem(name, N_("必填")))
    return values, tuple(problems)


def parse_field(
    field: FieldDefinition, raw: object, path: str
) -> tuple[Json, tuple[FieldProblem, ...]]:
    """Parse one value; the empty string and None become None (an empty list for lists)."""
    if isinstance(raw, str):
        raw = raw.strip()
    if raw in EMPTY:
        return ([] if field.type in ("units", "files", "rows") else None), ()
    if field.type == "rows":
        return _parse_rows(field, raw, path)
    if field.type in ("units", "files"):
        return _parse_list(field, raw, path)
    try:
        return _SCALARS[field.type](field, raw), ()
    except _BadValue as bad:
        return None, (FieldProblem(path, bad.message, tuple(bad.params.items())),)


class _BadValue(Exception):
    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


def _text(field: FieldDefinition, raw: object) -> Json:
    if not isinstance(raw, str):
        raise _BadValue(N_("应填文字"))
    limit = field.max or 4000
    if len(raw) > limit:
        raise _BadValue(N_("最多 %(limit)s 字，现有 %(count)s 字"), limit=limit, count=len(raw))
    if "\x00" in raw:
        raise _BadValue(N_("含有不能保存的字符"))
    return raw.replace("\r\n", "\n")


def _number(field: FieldDefinition, raw: object) -> Json:
    text = str(raw).replace(",", "").replace("，", "")
    if len(text) > LONGEST_NUMBER:
        raise _BadValue(N_("应填数字，例如 1200 或 3.5"))
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _BadValue(N_("应填数字，例如 1200 或 3.5")) from None
    if isinstance(raw, bool) or not number.is_finite() or not -18 <= number.adjusted() < 18:
        raise _BadValue(N_("应填数字，例如 1200 或 3.5"))
    _in_range(field, number)
    plain = format(number.normalize(), "f")
    return "0" if plain == "-0" else plain


def _integer(field: FieldDefinition, raw: object) -> Json:
    if isinstance(raw, bool) or not INTEGER.fullmatch(str(raw)):
        raise _BadValue(N_("应填整数"))
    number = int(str(raw))
    _in_range(field, Decimal(number))
    return number


def _in_range(field: FieldDefinition, number: Decimal) -> None:
    if field.min is not None and number < field.min:
        raise _BadValue(N_("不能小于 %(limit)s"), limit=field.min)
    if field.max is not None and number > field.max:
        raise _BadValue(N_("不能大于 %(limit)s"), limit=field.max)


def _date(field: FieldDefinition, raw: object) -> Json:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise _BadValue(N_("应填日期，例如 2023-06-30")) from None


def _boolean(field: FieldDefinition, raw: object) -> Json:
    known = {
        True: True,
        False: False,
        "true": True,
        "on": True,
        "1": True,
        "false": False,
        "0": False,
    }
    if isinstance(raw, bool | str) and raw in known:
        return known[raw]
    raise _BadValue(N_("应填是或否"))


def _choice(field: FieldDefinition, raw: object) -> Json:
    if str(raw) in field.choices:
        return str(raw)
    names = "、".join(choice.label for choice in field.choices.values())
    raise _BadValue(N_("只能选: %(names)s"), names=names)


def _code(field: FieldDefinition, raw: object) -> Json:
    if isinstance(raw, str) and CODE.fullmatch(raw):
        return raw
    raise _BadValue(N_("请从列表中选择"))


_SCALARS = {
    "text": _text,
    "longtext": _text,
    "number": _number,
    "integer": _integer,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "unit": _code,
    "post": _code,
    "region": _code,
}


def _parse_list(
    field: FieldDefinition, raw: object, path: str
) -> tuple[Json, tuple[FieldProblem, ...]]:
    items = [raw] if isinstance(raw, str | dict) else raw
    if not isinstance(items, Sequence):
        return [], (FieldProblem(path, N_("应为列表")),)
    if field.max is not None and len(items) > field.max:
        return [], (FieldProblem(path, N_("最多 %(limit)s 项"), (("limit", field.max),)),)
    values: list[Json] = []
    for item in items:
        if field.type == "files":
            values.append(item if isinstance(item, dict) else None)
        elif (code := str(item)) not in values:
            values.append(code)
    if None in values:
        return [], (FieldProblem(path, N_("请重新选择文件")),)
    return values, ()


def _parse_rows(
    field: FieldDefinition, raw: object, path: str
) -> tuple[Json, tuple[FieldProblem, ...]]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return [], (FieldProblem(path, N_("应为列表")),)
    if field.max is not None and len(raw) > field.max:
        return [], (FieldProblem(path, N_("最多 %(limit)s 项"), (("limit", field.max),)),)
    rows: list[Json] = []
    problems: list[FieldProblem] = []
    for index, item in enumerate(raw):
        if not isinstance(item, Mapping):
            problems.append(FieldProblem(f"{path}.{index}", N_("应为一行记录")))
            continue
        if all(is_empty(v.strip() if isinstance(v, str) else v) for v in item.values()):
            continue
        row, found = parse_form(field.fields, item)
        rows.append(row)
        problems += [FieldProblem(f"{path}.{index}.{p.path}", p.message, p.params) for p in found]
    return rows, tuple(problems)
