"""What a simulated year of the hotline starts from. Numbers only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.simulation.rates import Rates

BARRIER = timedelta(hours=12)
# The share of calls that each fault strikes: fewer than in a short run, and still thousands of each in a year.
FAULTS = Rates(
    same_key=0.003, double_click=0.003, lost_answer=0.002, crash=0.003, rival=0.002, clock_back=0.003,
    late_worker=0.02, hand_over=1.0, merge_unit=1.0,
)  # fmt: skip


@dataclass(frozen=True)
class YearSetting:
    """One year: how many demands from which seed, in how many processes; one demand in `watch` is watched at every event."""

    seed: int
    demands: int
    days: int
    catalog: str
    start: datetime
    jobs: int = 2
    watch: int = 100
    rates: Rates = FAULTS
    tempted: float = 0.006  # the share of turns at which somebody tries what they may not
    conflicting: float = (
        0.05  # the share of demands that go to the unit in which a reply checker sits
    )

    @property
    def end(self) -> datetime:
        """The last instant."""
        return self.start + timedelta(days=self.days)

    def barriers(self) -> list[datetime]:
        """The instants at which all processes stand still: every half day, and the end."""
        count = max(1, 2 * self.days)
        return [self.start + BARRIER * n for n in range(1, count + 1)]
