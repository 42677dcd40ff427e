"""What people try though they may not (越权): the handler confirms its own work, a stranger acts, a former holder goes on."""

from collections.abc import Mapping

from bihuan.kernel.cases.city import city
from bihuan.simulation.year.lives import Life
from bihuan.simulation.year.seats import Seats
from bihuan.simulation.year.ways import Deed

OWN: Mapping[str, tuple[str, str]] = {  # state → what the handling unit would like to do itself, and as whose party
    "replied": ("pass", "lead"), "callback": ("solved", "lead"), "return_pending": ("accept_return", "lead"),
    "extension_pending": ("approve_extension", "lead"), "exclusion_pending": ("exclude", "lead"),
    "final_pending": ("accept_final", "lead"), "delivered": ("accept", "unit"),
}  # fmt: skip
OFTEN = 0.5  # a checker of replies tries it as often with those of their other unit
WORDS = {"rating": "very", "way": "phone", "opinion": "同意", "reason": "同意"}
ASKED = {
    "solved": ("rating", "way"), "accept_return": ("opinion",), "exclude": ("opinion",),
    "accept_final": ("opinion",),
}  # fmt: skip
PLAIN = {"dispatched": "sign_for", "handling": "reply", "issued": "deliver"}


def temptation(life: Life, seats: Seats, tries: float) -> Deed | None:
    """A deed that must be refused, now and then."""
    dice = life.dice
    checker = seats.conflicts.get(str(life.data.get("lead") or ""))
    if checker and life.state == "replied" and dice.happens("tempted", OFTEN):
        return Deed("pass", checker, must_fail=True)
    if not dice.happens("tempted", tries):
        return None
    if life.state in OWN:
        name, party = OWN[life.state]
        post = seats.in_unit.get((str(life.data.get(party) or ""), "handler"))
        values = {n: WORDS[n] for n in ASKED.get(name, ())}
        return Deed(name, post, values, must_fail=True) if post else None
    name = PLAIN.get(life.state, "")
    if not name:
        return None
    values = (
        {"answer": "已办结"} if name == "reply" else {"result": "已办"} if name == "deliver" else {}
    )
    mine = {str(life.data.get("lead") or ""), str(life.data.get("unit") or "")}
    strangers = [unit for unit in seats.leads if not mine & _at_and_above(unit)]
    return Deed(
        name, seats.in_unit[dice.one("tempted", strangers), "handler"], values, must_fail=True
    )


def _at_and_above(unit: str) -> set[str]:
    """A unit and those that it lies in, for whom its people may act."""
    units, found = city().units, {unit}
    while unit := units[unit].parent:
        found.add(unit)
    return found
