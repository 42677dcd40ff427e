"""How often each fault strikes, and how busy the city is. Numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from bihuan.simulation.dice import Dice


@dataclass(frozen=True)
class Rates:
    """The share of calls that each fault strikes; 0 switches it off."""

    same_key: float = 0.03
    double_click: float = 0.03
    lost_answer: float = 0.03
    crash: float = 0.06
    rival: float = 0.05
    clock_back: float = 0.03
    late_worker: float = 0.03
    hand_over: float = 1.0
    merge_unit: float = 1.0
    opening_minutes: int = 12 * 60  # a case is opened so often, on average
    statements: int = 9  # the crash comes before one of the first so many statements

    def draw(self, dice: Dice, kinds: Sequence[str]) -> str:
        """One of the kinds, or none; one draw from the stream of faults."""
        point = dice.of("faults").random()
        for kind in kinds:
            point -= getattr(self, kind)
            if point < 0:
                return kind
        return ""

    def changed(self, words: Sequence[str]) -> "Rates":
        """The rates with some set as in `crash=0.2`; ValueError for a name or number that is none."""
        known = {field.name: field.type for field in fields(self)}
        changes: dict[str, float | int] = {}
        for word in words:
            name, _, number = word.partition("=")
            if name not in known:
                raise ValueError(f"no fault {name!r}; there are {', '.join(known)}")
            changes[name] = int(number) if known[name] in (int, "int") else float(number)
        return replace(self, **changes)  # type: ignore[arg-type]


CALM = Rates(0, 0, 0, 0, 0, 0, 0, 0, 0)
