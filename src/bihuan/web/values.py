"""Values of a case as people read them: by field type, with tables for rows and links for files. Changes nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bihuan.kernel.cases.models import Evidence
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import FieldDefinition, Json, is_empty
from bihuan.kernel.matters.personal import is_reference
from bihuan.web.personal import id_of, mask_said
from bihuan.web.templatetags.shown import (
    amount,
    day,
    in_chinese,
    label,
    post_name,
    region_name,
    unit_name,
)

NAMED: Mapping[str, Callable[[object], str]] = {"post": post_name, "region": region_name}
Files = Mapping[tuple[int, str, str], Evidence]  # (event, field, digest) → row


@dataclass(frozen=True)
class Shown:
    """One value: text, or a table, or files; `field` carries the label."""

    field: FieldDefinition
    text: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    files: tuple[Evidence, ...] = ()
    sealed: str = ""  # id of a personal value that can be looked at


@dataclass(frozen=True)
class Part:
    """A section of the case's form with its filled values."""

    label: str
    values: tuple[Shown, ...]


def parts_of(matter: Matter, data: Mapping[str, Json], files: Iterable[Evidence]) -> list[Part]:
    """The case's data by section; what stands in no section comes last; empty ones stay away."""
    attached = list(files)
    sectioned = {name for section in matter.sections.values() for name in section.fields}
    rest = tuple(name for name in matter.fields if name not in sectioned and name != matter.title)
    named = [(label(s), s.fields) for s in matter.sections.values()]
    parts = [
        Part(heading, shown_values({n: matter.fields[n] for n in names}, data, attached))
        for heading, names in [*named, ("", rest)]
    ]
    return [part for part in parts if part.values]


def shown_values(
    fields: Mapping[str, FieldDefinition], data: Mapping[str, Json], files: Iterable[Evidence]
) -> tuple[Shown, ...]:
    """The filled values of some fields, in the order of the fields."""
    attached = list(files)
    names = [name for name in fields if not is_empty(data.get(name))]
    return tuple(_shown(fields, name, data, attached) for name in names)


def _shown(
    fields: Mapping[str, FieldDefinition],
    name: str,
    data: Mapping[str, Json],
    attached: list[Evidence],
) -> Shown:
    field, value = fields[name], data.get(name)
    if field.type == "files":
        digests = {f["sha256"] for f in _items(value) if isinstance(f, dict)}
        found = [e for e in attached if e.field == name and e.sha256 in digests]
        return Shown(field, files=tuple({e.sha256: e for e in found}.values()))
    if field.type == "rows":
        return Shown(field, table=_table(field, value))
    return Shown(field, said(field, value), sealed=id_of(value))


def _table(field: FieldDefinition, value: Json) -> tuple[tuple[str, ...], ...]:
    """Header and rows; columns that no row fills stay away."""
    rows = [row for row in _items(value) if isinstance(row, dict)]
    names = [n for n in field.fields if any(not is_empty(row.get(n)) for row in rows)]
    head = tuple(label(field.fields[name]) for name in names)
    return (head, *(tuple(said(field.fields[n], row.get(n)) for n in names) for row in rows))


def said(field: FieldDefinition, value: Json) -> str:
    """One value in words."""
    if is_empty(value):
        return ""
    if is_reference(value):
        return mask_said(value)
    if field.type in NAMED:
        return NAMED[field.type](value)
    joint = "、" if in_chinese() else ", "
    match field.type:
        case "number":
            return amount(value)
        case "date":
            return day(value)
        case "choice":
            return label(field.choices.get(str(value), value))
        case "boolean":
            return ("是" if value else "否") if in_chinese() else ("Yes" if value else "No")
        case "unit" | "units":
            return joint.join(unit_name(code) for code in _items(value))
        case "rows" | "files":
            return str(len(_items(value)))
    return str(value)


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
