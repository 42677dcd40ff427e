"""Personal fields (个人信息) of a matter: which there are, and the ways in which a file would let them out. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from bihuan.kernel.matters.definition import SYSTEM, Action, Grant, Matter
from bihuan.kernel.matters.fields import FieldDefinition, Json
from bihuan.kernel.matters.leaks import Leak, Loc
from bihuan.kernel.matters.slips import placed_handoffs

LOOK, ERASE = "look", "erase"  # events of the product itself: they change nothing in the flow
QUIET = frozenset({LOOK, ERASE})
RESERVED = QUIET | {"open", "succeed"}
SEALED = "sealed"
TEXTS = ("text", "longtext")


def is_reference(value: object) -> TypeGuard[dict[str, Json]]:
    """True for what stands in the content instead of a personal value: {"sealed": id, "tag": …}."""
    return isinstance(value, dict) and SEALED in value


def personal_in(fields: Mapping[str, FieldDefinition]) -> dict[str, str]:
    """Name → kind of the personal fields among some fields."""
    return {name: field.personal for name, field in fields.items() if field.personal}


def is_private(matter: Matter) -> bool:
    """True where the matter asks for anything personal, in its own form or in one of its actions."""
    forms = (matter.fields, *(action.form for action in matter.actions.values()))
    return any(field.personal for form in forms for field in form.values())


def find_exposures(
    matter: Matter, roles: Collection[str], matters: Mapping[str, Matter]
) -> Iterator[Leak]:
    """Every way in which personal data would lie open, or could never be read or erased; names must resolve already."""
    yield from _reserved(matter)
    yield from _kinds(("fields",), matter.fields)
    for name, action in matter.actions.items():
        yield from _kinds(("actions", name, "form"), action.form)
        yield from _copied(matter, name, action, matters)
    yield from _shown(matter)
    if is_private(matter):
        yield from _kept_for_nobody(matter)
    for key, grants in (("reveals", matter.reveals), ("erases", matter.erases)):
        yield from _grants(matter, key, grants, roles)


def _reserved(matter: Matter) -> Iterator[Leak]:
    for name in sorted(RESERVED & set(matter.actions)):
        yield Leak(
            "reserved_name",
            ("actions", name),
            f"“{name}”是系统自己的事件名，请换一个（{name} is the name of the product's own event）",
        )


def _kinds(at: Loc, fields: Mapping[str, FieldDefinition]) -> Iterator[Leak]:
    for name, field in fields.items():
        if field.personal and field.type not in TEXTS:
            yield Leak(
                "personal_type",
                (*at, name, "personal"),
                f"“{field.label}”不是文字，不能标为个人信息（only text and longtext can be personal）",
            )
        for column in personal_in(field.fields):
            yield Leak(
                "personal_in_rows",
                (*at, name, "fields", column, "personal"),
                f"多行字段“{field.label}”中不能有个人信息，请单列一项（no personal column in rows）",
            )


def _shown(matter: Matter) -> Iterator[Leak]:
    """Names, search and public pages are read by people who may not look."""
    personal = personal_in(matter.fields)
    places: list[tuple[Loc, str]] = [(("title",), matter.title)]
    places += [(("search", i), name) for i, name in enumerate(matter.search)]
    places += [(("public", i), name) for i, name in enumerate(matter.public)]
    places += [(("columns", i), name) for i, name in enumerate(matter.columns)]
    for at, name in places:
        if name in personal:
            yield _exposed(at, matter.fields[name], str(at[0]))


def _copied(
    matter: Matter, name: str, action: Action, matters: Mapping[str, Matter]
) -> Iterator[Leak]:
    """What is copied on must stay personal where it arrives."""
    at: Loc = ("actions", name)
    sources = {**matter.fields, **action.form}
    for to, source in action.sets.items():
        if sources[source].personal and not matter.fields[to].personal:
            yield _exposed((*at, "sets", to), sources[source], to)
    for place, opens in placed_handoffs(name, action):
        target = matters[opens.matter].fields
        for to, source in opens.copy_fields.items():
            if source in sources and sources[source].personal and not target[to].personal:
                yield _exposed((*place, "copy", to), sources[source], to)
    for into, gather in action.gathers.items():
        for column, source in gather.copy_fields.items():
            field = matters[gather.matter].fields[source]
            if field.personal:
                yield _exposed((*at, "gathers", into, "copy", column), field, column)


def _exposed(at: Loc, field: FieldDefinition, where: str) -> Leak:
    return Leak(
        "personal_exposed",
        at,
        f"个人信息“{field.label}”会在 {where} 中公开（personal data would lie open in {where}）",
    )


def _kept_for_nobody(matter: Matter) -> Iterator[Leak]:
    if not matter.reveals:
        yield Leak(
            "personal_unread",
            (),
            "收集了个人信息，却没有写明谁可以查看（reveals）（personal data that nobody may look at）",
        )
    if not matter.erases:
        yield Leak(
            "personal_unerasable",
            (),
            "收集了个人信息，却没有写明谁可以依法删除（erases）（personal data that nobody may erase）",
        )


def _grants(
    matter: Matter, key: str, grants: Collection[Grant], roles: Collection[str]
) -> Iterator[Leak]:
    for index, grant in enumerate(grants):
        wrong_role = grant.role == SYSTEM or grant.role not in roles
        wrong_party = bool(grant.party) and grant.party not in matter.unit_fields
        if wrong_role or wrong_party:
            yield Leak(
                "unknown_name",
                (key, index),
                f"没有这样的角色或单位字段 {grant}（unknown name: {grant}）",
            )
