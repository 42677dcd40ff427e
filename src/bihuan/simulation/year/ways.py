"""What happens next to a demand (下一步): by state, by the habits of the unit and by dice. Decides; performs nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.simulation.values import MARK
from bihuan.simulation.year.lives import Life
from bihuan.simulation.year.seats import CHECKER, Seats

Values = dict[str, object]
SAYS = {"reason": f"理由充分{MARK}", "opinion": f"同意{MARK}"}
PAPERS = 200  # different files in a year; what a store keeps is by content


@dataclass(frozen=True)
class Deed:
    """An action from a post, with its form; `must_fail` says that whoever tries it may not."""

    name: str
    post: str
    values: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, list[str]] = field(default_factory=dict)
    must_fail: bool = False


class Ways:
    """Chooses the next deed of a demand."""

    def __init__(self, seats: Seats, conflicting: float = 0.05) -> None:
        self.seats, self.conflicting = seats, conflicting
        self._states: Mapping[str, Callable[[Life], Deed | None]] = {
            "registered": self._registered, "dispatched": self._dispatched,
            "return_pending": self._return_pending, "handling": self._handling,
            "joining": self._joining, "extension_pending": self._extension_pending,
            "conference": self._conference, "replied": self._replied, "callback": self._callback,
            "exclusion_pending": self._exclusion_pending, "final_pending": self._final_pending,
            "closed": self._closed, "excluded": self._excluded,
            "issued": self._issued, "delivered": self._delivered,
        }  # fmt: skip

    def next(self, life: Life) -> Deed | None:
        """The next deed; None where nobody does anything more."""
        choose = self._states.get(life.state)
        return choose(life) if choose else None

    def by_role(
        self, life: Life, role: str, name: str, values: Mapping[str, object] | None = None
    ) -> Deed:
        """A deed from any post with the role."""
        return Deed(name, life.dice.one("ways", self.seats.by_role[role]), values or {})

    def by_unit(
        self, unit: str, name: str, values: Mapping[str, object] | None = None, role: str = "handler",
        files: dict[str, list[str]] | None = None,
    ) -> Deed | None:  # fmt: skip
        """A deed from a post of the unit; None where nobody sits there."""
        post = self.seats.in_unit.get((unit, role))
        return Deed(name, post, values or {}, files or {}) if post else None

    def by_lead(
        self, life: Life, name: str, values: Mapping[str, object] | None = None, role: str = "handler",
        files: dict[str, list[str]] | None = None,
    ) -> Deed | None:  # fmt: skip
        """A deed of the unit that handles the demand."""
        return self.by_unit(str(life.data.get("lead") or ""), name, values, role, files)

    def _registered(self, life: Life) -> Deed | None:
        roll = life.dice.between("ways", 1, 1000)
        if life.did["dispatch"]:  # came back: to another unit
            return self._dispatch(life, "hotline_dispatcher")
        if life.data.get("kind") == "consult" and roll <= 720:
            said = {"answer": f"按现行规定可到政务大厅或网上办理{MARK}"}
            return self.by_role(life, "hotline_operator", "answer_now", said)
        if roll > 985:
            said = {"ground": "unclear", "route": f"请补充情况后再来电{MARK}"}
            return self.by_role(life, "hotline_operator", "decline", said)
        if roll > 970 and not life.did["edit"]:
            return self.by_role(life, "hotline_operator", "edit", {"wish": f"尽快解决{MARK}"})
        if roll > 966:
            return self.by_role(life, "hotline_chief", "confer", dict(SAYS))
        role = "hotline_operator" if roll % 3 else "hotline_dispatcher"
        return self._dispatch(life, role)

    def _dispatch(self, life: Life, role: str) -> Deed:
        return self.by_role(life, role, "dispatch", self._units(life))

    def _units(self, life: Life) -> Values:
        """Who leads and who assists: the county of the place, or a department of the city."""
        dice, leads = life.dice, self.seats.leads
        before = life.data.get("lead")
        county = self.seats.of_region.get(str(life.data.get("place") or ""))
        lead = county if county and dice.happens("ways", 0.6) else dice.one("ways", leads)
        if self.seats.conflicts and dice.happens("ways", self.conflicting):
            lead = dice.one("ways", sorted(self.seats.conflicts))
        if lead == before:
            lead = dice.one("ways", [unit for unit in leads if unit != before])
        others = [unit for unit in leads if unit != lead]
        count = dice.weighted("ways", ((0, 93), (1, 5), (2, 2)))
        found: Values = {"lead": lead, "routing": f"按事发地和职责{MARK}"}
        found["assist"] = sorted(dice.of("ways").sample(others, count)) if count else []
        return found

    def _dispatched(self, life: Life) -> Deed | None:
        dice, habit = life.dice, self.seats.habit(str(life.data["lead"]))
        if life.data["urgency"] == "urgent" and not life.since["respond"]:
            if dice.happens("ways", 0.9):
                return self.by_lead(life, "respond", {"measure": f"已派人到场{MARK}"})
        elif life.turns < 6 and dice.happens("ways", 0.012):
            return self._extra(life)
        if habit == "silent" and dice.happens("ways", 0.5):
            return None  # the clock takes it over
        if dice.happens("ways", 0.16 if habit == "cheating" else 0.05):
            said = {
                "ground": "not_our_duty",
                "basis": f"三定规定第三条{MARK}",
                "reason": SAYS["reason"],
            }
            return self.by_lead(life, "return", said, files=self._papers(life, "evidence", 0.3))
        return self.by_lead(life, "sign_for")

    def _return_pending(self, life: Life) -> Deed:
        name = "accept_return" if life.dice.happens("ways", 0.6) else "refuse_return"
        return self.by_role(life, "hotline_dispatcher", name, _said(name))

    def _checker(self, life: Life) -> str:
        """Who checks a reply: whoever sits there for it, but where their other post is in the unit."""
        return "hotline_chief" if life.data.get("lead") in self.seats.conflicts else CHECKER

    def _conference(self, life: Life) -> Deed:
        values = self._units(life) | {"opinion": SAYS["opinion"]}
        return self.by_role(life, "hotline_chief", "decide", values)

    def _handling(self, life: Life) -> Deed | None:
        roll = life.dice.between("ways", 1, 1000)
        if not life.since["contact"] and life.data["identity"] != "anonymous" and roll <= 700:
            return self.by_lead(
                life, "contact", {"way": "phone", "said": f"已联系，约定上门{MARK}"}
            )
        if life.data.get("assist") and not life.since["ask_assist"]:
            return self.by_lead(life, "ask_assist", {"request": f"请按职责配合{MARK}"})
        if roll > 940 and (deed := self._instead(life, roll)):
            return deed
        if roll > 915:
            return self._extra(life)
        said: Values = {"answer": f"已到现场核实并处理完毕，与诉求人见面反馈{MARK}"}
        return self.by_lead(life, "reply", said, files=self._papers(life, "evidence", 0.08))

    def _instead(self, life: Life, roll: int) -> Deed | None:
        """What a unit does instead of replying."""
        if roll <= 980 and life.data["pace"] == "general" and life.did["approve_extension"] < 3:
            said: Values = {"extra_days": life.dice.between("ways", 1, 3), "reason": SAYS["reason"]}
            return self.by_lead(life, "request_extension", said)
        if roll <= 990:
            said = {"ground": f"诉求与事实不符{MARK}"}
            return self.by_lead(
                life, "ask_exclusion", said, "unit_head", self._papers(life, "evidence")
            )
        if life.did["not_solved"]:
            papers = self._papers(life, "document") | self._papers(life, "evidence")
            return self.by_lead(
                life, "offer_final", {"answer": f"最终答复{MARK}"}, "unit_head", papers
            )
        if roll > 997 and life.data["pace"] == "general":
            plan = {"pace": "long", "subject": "road", "plan": f"年内完工{MARK}"}
            return self.by_role(life, "hotline_chief", "make_long", dict(plan))
        return None

    def _extra(self, life: Life) -> Deed:
        """What others add while a unit has it."""
        roll = life.dice.between("ways", 1, 10)
        if roll <= 5:
            return self.by_role(life, "hotline_online", "add", {"words": f"又发生了一次{MARK}"})
        if roll <= 8:
            return self.by_role(life, "hotline_dispatcher", "urge", {"message": f"请抓紧{MARK}"})
        letter: Values = {"number": f"督办〔{life.id}〕号", "demand": f"限期办结{MARK}"}
        return self.by_role(life, "hotline_chief", "supervise", letter)

    def _joining(self, life: Life) -> Deed | None:
        if life.since["urge"] or not life.dice.happens("ways", 0.3):
            return None
        return self.by_role(life, "hotline_dispatcher", "urge", {"message": f"请抓紧{MARK}"})

    def _extension_pending(self, life: Life) -> Deed:
        name = "approve_extension" if life.dice.happens("ways", 0.85) else "refuse_extension"
        return self.by_role(life, "hotline_dispatcher", name, _said(name))

    def _replied(self, life: Life) -> Deed:
        habit = self.seats.habit(str(life.data["lead"]))
        fails = life.dice.happens("ways", 0.3 if habit in ("sloppy", "cheating") else 0.06)
        name = "fail" if fails and life.did["fail"] < 4 else "pass"
        return self.by_role(life, self._checker(life), name, _said(name))

    def _callback(self, life: Life) -> Deed:
        dice = life.dice
        if dice.happens("ways", 0.16):
            if life.since["not_reached"] >= 3:
                return self.by_role(life, "hotline_callback", "give_up")
            return self.by_role(life, "hotline_callback", "not_reached", {"way": "phone"})
        habit = self.seats.habit(str(life.data["lead"]))
        worse = 3 if habit in ("sloppy", "cheating") and life.did["not_solved"] < 3 else 1
        name = dice.weighted(
            "ways", (("solved", 80), ("solved_unhappy", 8 * worse), ("not_solved", 9 * worse))
        )
        ratings = ("very", "good", "fair") if name == "solved" else ("poor", "bad")
        is_online = dice.happens("ways", 0.2)
        said: Values = {
            "way": "link" if is_online else "phone", "rating": dice.one("ways", ratings),
            "contacted": bool(life.did["contact"]),
        }  # fmt: skip
        return self.by_role(life, "hotline_online" if is_online else "hotline_callback", name, said)

    def _exclusion_pending(self, life: Life) -> Deed:
        name = "exclude" if life.dice.happens("ways", 0.5) else "refuse_exclusion"
        return self.by_role(life, "hotline_chief", name, _said(name))

    def _final_pending(self, life: Life) -> Deed:
        name = "accept_final" if life.dice.happens("ways", 0.7) else "refuse_final"
        return self.by_role(life, "hotline_chief", name, _said(name))

    def _closed(self, life: Life) -> Deed | None:
        if life.did["reopen"] or not life.dice.happens("ways", 0.012):
            return None
        return self.by_role(life, "hotline_online", "reopen", dict(SAYS))

    def _excluded(self, life: Life) -> Deed | None:
        if life.did["appeal"] or not life.dice.happens("ways", 0.15):
            return None
        return self.by_role(life, "hotline_online", "appeal", dict(SAYS))

    def _issued(self, life: Life) -> Deed | None:
        if life.dice.happens("ways", 0.03):
            return self.by_lead(life, "waive", dict(SAYS))
        unit = str(life.data["unit"])
        said: Values = {"result": f"已按职责配合处理{MARK}"}
        return self.by_unit(unit, "deliver", said, files=self._papers(life, "evidence", 0.1))

    def _delivered(self, life: Life) -> Deed | None:
        name = "reject" if not life.did["reject"] and life.dice.happens("ways", 0.06) else "accept"
        return self.by_lead(life, name, _said(name))

    def _papers(self, life: Life, field_name: str, share: float = 1.0) -> dict[str, list[str]]:
        if not life.dice.happens("ways", share):
            return {}
        return {field_name: [f"佐证{life.dice.between('ways', 1, PAPERS)}{MARK}"]}


FORMS: Mapping[str, Sequence[str]] = {
    "accept_return": ("opinion",), "refuse_return": ("reason",), "refuse_extension": ("reason",),
    "fail": ("reason",), "exclude": ("opinion",), "refuse_exclusion": ("reason",),
    "accept_final": ("opinion",), "refuse_final": ("reason",), "reject": ("reason",),
}  # fmt: skip


def _said(name: str) -> Values:
    """The words of a ruling."""
    return {field_name: SAYS[field_name] for field_name in FORMS.get(name, ())}
