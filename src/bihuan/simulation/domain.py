"""Chooses the agents for a city: those who also live through a work report where the catalog has one, else the plain ones."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.kernel.cases.city import city
from bihuan.kernel.matters.definition import SYSTEM, Matter
from bihuan.simulation.agents import Agents
from bihuan.simulation.memory import Chronicle
from bihuan.simulation.planning import PlanAgents, PlanProfile
from bihuan.simulation.rates import Rates
from bihuan.simulation.world import World

QUICK_UNITS, UNITS = 6, 1000


class PlainProfile:
    """Knows nothing of any matter: everything is left to the flow and to chance."""

    def weight(self, case: Chronicle, name: str, weight: int, now: datetime) -> int:
        """As the flow suggests."""
        return weight

    def values(self, case: Chronicle, name: str, now: datetime) -> Mapping[str, object] | None:
        """Left to chance."""
        return None

    def opens_by_hand(self, matter: Matter) -> bool:
        """Every matter that a person may open and that does not need a parent."""
        opened = {
            h.matter for m in city().matters.values() for a in m.actions.values() for h in a.opens
        }
        by_people = any(grant.role != SYSTEM for grant in matter.opened_by)
        return by_people and matter.key not in opened


def agents_for(world: World, rates: Rates) -> Agents:
    """The agents of the city that is served."""
    units = QUICK_UNITS if world.setting.quick else UNITS
    if "plan.report" in city().matters:
        return PlanAgents(world, PlanProfile(world.memory, world.setting), rates, units=units)
    return Agents(world, PlainProfile(), rates, units=units)
