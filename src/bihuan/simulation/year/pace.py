"""When somebody turns to a demand (何时办): by state, habit and office hours. Draws only."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bihuan.simulation.year.hours import Hours
from bihuan.simulation.year.lives import Life
from bihuan.simulation.year.seats import Seats

# Minutes until a desk of the hotline turns to it.
DESK: Mapping[str, tuple[int, int]] = {
    "registered": (2, 45), "return_pending": (20, 500), "extension_pending": (20, 500),
    "conference": (400, 3000), "replied": (30, 700), "callback": (60, 1500),
    "exclusion_pending": (300, 3500), "final_pending": (300, 3500), "excluded": (2000, 12000),
    "closed": (3000, 30000), "joining": (1200, 4000), "found": (30, 700),
}  # fmt: skip
LATE = 0.04  # the share of a desk's turns that take far longer
LATE_TIMES = 14
SIGNS = {
    "diligent": (10, 260), "late": (200, 900), "silent": (500, 2600), "sloppy": (20, 400),
    "cheating": (20, 400),
}  # fmt: skip
SHARES = {"diligent": (4, 60), "late": (60, 150), "silent": (110, 280), "sloppy": (8, 90), "cheating": (4, 70)}  # fmt: skip
LONGEST, SHORTEST = timedelta(days=40), timedelta(minutes=15)


class Pace:
    """Gives the instant of the next turn."""

    def __init__(self, seats: Seats, hours: Hours) -> None:
        self.seats = seats
        self.hours = hours

    def next(self, life: Life, now: datetime) -> datetime:
        """When somebody turns to it next."""
        dice = life.dice
        if life.state in DESK:
            least, most = DESK[life.state]
            minutes = dice.between("pace", least, most)
            if dice.happens("pace", LATE):
                minutes *= LATE_TIMES
            at = now + timedelta(minutes=minutes)
            return at if life.state == "registered" else self.hours.desk(at, minutes % 180)
        return self._of_unit(life, now)

    def _of_unit(self, life: Life, now: datetime) -> datetime:
        dice = life.dice
        party = "unit" if life.state == "issued" else "lead"
        habit = self.seats.habit(str(life.data.get(party) or ""))
        if life.state == "dispatched":
            if life.data.get("urgency") == "urgent":
                return now + timedelta(minutes=dice.between("pace", 4, 40))
            least, most = SIGNS[habit]
            after = timedelta(minutes=dice.between("pace", least, most))
        else:
            least, most = SHARES[habit]
            share = dice.between("pace", least, most)
            left = life.due - now if life.due and life.due > now else timedelta(days=2)
            after = min(max(left * share / 100, SHORTEST), LONGEST)
        return self.hours.office(now + after, dice.between("pace", 5, 170))
