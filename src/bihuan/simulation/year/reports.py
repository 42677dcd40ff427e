"""Sealed reports of wrongdoing (举报) in the year: what is reported, and who does what next. Decides; performs nothing."""

from collections.abc import Callable, Mapping

from bihuan.simulation.values import MARK
from bihuan.simulation.year.asked import name_of, phone_of
from bihuan.simulation.year.lives import Life
from bihuan.simulation.year.seats import Seats
from bihuan.simulation.year.ways import SAYS, Deed, Values

MATTER = "hotline.report"
SHARE = 0.012  # of everything that arrives
DESK = "hotline_reports"


def report(life: Life, seats: Seats) -> tuple[str, dict[str, object]]:
    """(post, form) of a new report against a unit."""
    dice = life.dice
    form: dict[str, object] = {
        "title": f"反映工作人员不履行职责{MARK}", "content": f"办事拖延，第{life.id}次来电反映{MARK}",
        "named": "real" if dice.happens("asked", 0.6) else "anonymous",
        "against": dice.one("asked", seats.leads), "place": dice.one("asked", sorted(seats.of_region)),
    }  # fmt: skip
    if form["named"] == "real":
        form |= {"caller_name": name_of(life.id), "caller_phone": phone_of(life.id)}
    return dice.one("asked", seats.by_role["hotline_operator"]), form


class Reports:
    """Chooses the next deed of a report."""

    def __init__(self, seats: Seats) -> None:
        self.seats = seats
        self._states: Mapping[str, Callable[[Life], Deed | None]] = {
            "registered": self._registered, "dispatched": self._dispatched,
            "investigating": self._investigating, "extension_pending": self._extension_pending,
            "found": self._found,
        }  # fmt: skip

    def next(self, life: Life) -> Deed | None:
        """The next deed; None where nobody does anything more."""
        choose = self._states.get(life.state)
        return choose(life) if choose else None

    def _registered(self, life: Life) -> Deed:
        roll = life.dice.between("ways", 1, 100)
        if roll <= 6:
            said: Values = {"ground": "unclear", "route": f"请补充线索{MARK}"}
            return self._desk(life, "decline", said)
        if roll <= 8:
            return self._desk(life, "withdraw", {"reason": SAYS["reason"]})
        if roll <= 12:  # to whom it complains of: that must be refused
            return self._desk(life, "dispatch", {"lead": life.data["against"]}, must_fail=True)
        others = [unit for unit in self.seats.leads if not self.seats.is_below(unit, str(life.data["against"]))]  # fmt: skip
        return self._desk(life, "dispatch", {"lead": life.dice.one("ways", others)})

    def _dispatched(self, life: Life) -> Deed | None:
        if life.did["return"] < 2 and life.dice.happens("ways", 0.06):
            said: Values = {"basis": f"三定规定{MARK}", "reason": SAYS["reason"]}
            return self._lead(life, "return", said)
        return self._lead(life, "sign_for")

    def _investigating(self, life: Life) -> Deed | None:
        if not life.did["request_extension"] and life.dice.happens("ways", 0.08):
            days = life.dice.between("ways", 1, 3)
            said: Values = {"extra_days": days, "reason": SAYS["reason"]}
            return self._lead(life, "request_extension", said)
        said = {"finding": f"已核查，情况部分属实{MARK}", "answer": f"已核查并责令改正{MARK}"}
        return self._lead(life, "report_finding", said)

    def _extension_pending(self, life: Life) -> Deed:
        if life.dice.happens("ways", 0.8):
            return self._desk(life, "approve_extension")
        return self._desk(life, "refuse_extension", {"reason": SAYS["reason"]})

    def _found(self, life: Life) -> Deed:
        if life.did["send_back"] < 2 and life.dice.happens("ways", 0.1):
            return self._desk(life, "send_back", {"reason": SAYS["reason"]})
        return self._desk(life, "confirm", {"told": f"电话{MARK}"})

    def _desk(
        self, life: Life, name: str, values: Values | None = None, *, must_fail: bool = False
    ) -> Deed:
        post = life.dice.one("ways", self.seats.by_role[DESK])
        return Deed(name, post, values or {}, must_fail=must_fail)

    def _lead(self, life: Life, name: str, values: Values | None = None) -> Deed | None:
        post = self.seats.in_unit.get((str(life.data.get("lead") or ""), "handler"))
        return Deed(name, post, values or {}) if post else None
