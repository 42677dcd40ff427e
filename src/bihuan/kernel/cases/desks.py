"""Which desks (案头) a case lies on: the units that take part, and the roles that its primary action waits for. Pure."""

from collections.abc import Mapping

from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json


def desks_of(matter: Matter, state: str, data: Mapping[str, Json]) -> dict[str, tuple[str, ...]]:
    """Unit code → roles of its posts that the case waits for, sorted; the unit `''` stands for wherever they sit."""
    waits: dict[str, set[str]] = {
        code: set() for name in matter.unit_fields for code in party_codes(data, name)
    }
    if not matter.states[state].end:
        for action in matter.actions.values():
            if action.primary and state in action.sources:
                for grant in action.by:
                    for code in party_codes(data, grant.party) if grant.party else ("",):
                        waits.setdefault(code, set()).add(grant.role)
    return {code: tuple(sorted(roles)) for code, roles in sorted(waits.items())}
