"""Which desks (案头) a case lies on: the units that take part, and the roles that its primary action waits for. Pure.

A case of a sealed matter (封闭事项) lies on desks of its own, `unit#matter`, that only readers of that matter look at.
"""

from collections.abc import Mapping

from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json

SEALED_MARK = "#"  # in no code of a unit


def desks_of(matter: Matter, state: str, data: Mapping[str, Json]) -> dict[str, tuple[str, ...]]:
    """Unit code → roles of its posts that the case waits for, sorted; the unit `''` stands for wherever they sit."""
    waits: dict[str, set[str]] = {
        code: set() for name in matter.desk_fields for code in party_codes(data, name)
    }
    if not matter.states[state].end:
        for action in matter.actions.values():
            if action.primary and state in action.sources:
                for grant in action.by:
                    for code in party_codes(data, grant.party) if grant.party else ("",):
                        waits.setdefault(code, set()).add(grant.role)
    found = {code: tuple(sorted(roles)) for code, roles in sorted(waits.items())}
    if not matter.hides_from:
        return found
    return {sealed_desk(code, matter.key): roles for code, roles in found.items()}


def sealed_desk(unit: str, matter: str) -> str:
    """The desk of a unit on which the cases of a sealed matter lie."""
    return f"{unit}{SEALED_MARK}{matter}"
