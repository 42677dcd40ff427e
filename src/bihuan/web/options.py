"""What may be chosen in a list: units by kind, posts by unit, regions, the choices of a field. Reads the catalog alone."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bihuan.kernel.cases.city import city
from bihuan.kernel.errors import N_
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.web.templatetags.shown import label, unit_short

KINDS: Mapping[str, str] = {
    "government": N_("政府"),
    "office": N_("办事机构"),
    "department": N_("部门"),
    "county": N_("县（市、区）"),
    "zone": N_("开发区"),
    "institution": N_("事业单位和垂直管理机构"),
    "organization": N_("群团"),
    "party": N_("党委部门"),
}


@dataclass(frozen=True)
class Option:
    """One value that may be chosen."""

    value: str
    label: str
    is_chosen: bool
    fills: str = ""  # JSON: field → text that the choice proposes there


@dataclass(frozen=True)
class Group:
    """Options under one heading; an empty heading for a plain list."""

    label: str
    options: tuple[Option, ...]


def options_for(field: FieldDefinition, chosen: frozenset[str]) -> tuple[Group, ...]:
    """The groups that a field offers; empty for a field that is typed. A value that is no option stays choosable."""
    pairs = list(_pairs(field))
    if not pairs:
        return ()
    groups: dict[str, list[Option]] = {}
    for heading, value, shown in pairs:
        option = Option(value, shown, value in chosen, _fills(field, value))
        groups.setdefault(heading, []).append(option)
    strangers = chosen - {value for _, value, _ in pairs} - {""}
    if strangers:
        groups.setdefault("", []).extend(Option(v, v, True) for v in sorted(strangers))
    return tuple(Group(heading, tuple(options)) for heading, options in groups.items())


def _fills(field: FieldDefinition, value: str) -> str:
    choice = field.choices.get(value)
    return json.dumps(choice.fills, ensure_ascii=False) if choice and choice.fills else ""


def proposed(
    fields: Mapping[str, FieldDefinition], typed: Mapping[str, object]
) -> dict[str, object]:
    """What was typed, with the text that its choices propose for fields left empty (带出的文字): for a form shown again."""
    filled = dict(typed)
    for name, field in fields.items():
        choice = field.choices.get(str(typed.get(name) or ""))
        for target, text in choice.fills.items() if choice else ():
            if not filled.get(target):
                filled[target] = text
    return filled


def _pairs(field: FieldDefinition) -> Iterable[tuple[str, str, str]]:
    """(heading, value, shown) of every option, in order."""
    if field.type == "choice":
        return [("", key, label(choice)) for key, choice in field.choices.items()]
    if field.type in ("unit", "units"):
        return _units()
    if field.type == "post":
        return [(unit_short(p.unit), p.code, label(p)) for p in city().posts.values()]
    if field.type == "region":
        return [("", region.code, label(region)) for region in city().regions.values()]
    return []


def _units() -> Iterable[tuple[str, str, str]]:
    units = city().units.values()
    return [(KINDS[kind], u.code, label(u)) for kind in KINDS for u in units if u.kind == kind]
