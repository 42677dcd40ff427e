"""What a matter says of its lists (清单): columns, filters, and the actions that are safe on many cases at once. Pure."""

from collections.abc import Iterator

from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.leaks import Leak

STANDING = ("state", "owner", "due", "opened", "moved")  # columns that every case has
FILTERED = ("choice", "unit", "region")  # types of fields that a list filters by
UNSHOWN = ("files", "rows")  # types of fields that no column shows


def find_list_slips(matter: Matter) -> Iterator[Leak]:
    """Columns, filters and bulk actions that a list could not keep its word on; names of actions resolve already."""
    for index, name in enumerate(matter.columns):
        if name not in STANDING and not is_shown(matter, name):
            yield Leak(
                "no_column",
                ("columns", index),
                f"列表中没有“{name}”这一列（no column {name}: a field that is no table and no file, or {', '.join(STANDING)}）",
            )
    for index, name in enumerate(matter.filters):
        if name not in matter.fields or matter.fields[name].type not in FILTERED:
            yield Leak(
                "no_filter",
                ("filters", index),
                f"列表不能按“{name}”筛选，只能按选项、单位、区划字段（{name} is no field of type {', '.join(FILTERED)}）",
            )
    for name, action in matter.actions.items():
        yield from _bulk(matter, name, action)


def is_shown(matter: Matter, name: str) -> bool:
    """True for a field that a list may show: not personal, no table, no file."""
    field = matter.fields.get(name)
    return field is not None and not field.personal and field.type not in UNSHOWN


def _bulk(matter: Matter, name: str, action: Action) -> Iterator[Leak]:
    if not action.bulk:
        return
    state = matter.states.get(action.to)
    if action.is_system or (state and state.end and not matter.is_independent(action)):
        yield Leak(
            "bulk_end",
            ("actions", name, "bulk"),
            f"“{action.label}”会使办件了结而不是核查，不能批量（not in bulk: an end without verifying, or the system's）",
        )
    fields = {**{n: matter.fields[n] for n in action.edits}, **action.form}
    for field_name, field in fields.items():
        if field.personal or (field.type == "files" and field.required):
            yield Leak(
                "bulk_form",
                ("actions", name, "bulk"),
                f"“{action.label}”要填“{field.label}”，各件不同，不能批量（{field_name} differs from case to case: not in bulk）",
            )
