"""Takes a deed of a demand through the door, with the fault that the dice send, and takes over how the case stands after.

What can be seen from the answers alone is asserted here at once: a number follows its predecessor, who may not is refused.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import KernelError
from bihuan.kernel.orgs.acting import Acting, actings_of
from bihuan.kernel.privacy.entropy import drawn_from
from bihuan.simulation.doors import Answer, actor_of
from bihuan.simulation.faults import FAULTS, Scene
from bihuan.simulation.invariants import Broken, require
from bihuan.simulation.operations import Operation
from bihuan.simulation.rates import Rates
from bihuan.simulation.year.lives import Life
from bihuan.simulation.year.seats import Seats
from bihuan.simulation.year.ways import Deed

OPENING = ("same_key", "lost_answer", "crash")
ACTING = ("same_key", "double_click", "lost_answer", "crash", "rival", "clock_back")
TURNS, PART_TURNS = (
    100_000,
    1000,
)  # operations of one demand, and of one part, at most: for their ids
# The versions of all rows of a case, its parent and its children: nothing else of a demand can change.
AROUND = """
SELECT (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_case t WHERE t.id = ANY(f.ids)),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_caseclock t WHERE t.case_id = ANY(f.ids)),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_casedesk t WHERE t.case_id = ANY(f.ids)),
  (SELECT string_agg(t.id || ':' || t.xmin, ' ' ORDER BY t.id) FROM cases_caseparty t WHERE t.case_id = ANY(f.ids)),
  (SELECT count(*) FROM cases_notice t WHERE t.case_id = ANY(f.ids)),
  (SELECT count(*) FROM ledger_event e JOIN cases_case c ON c.number = e.stream WHERE c.id = ANY(f.ids))
FROM (SELECT array_agg(o.id) AS ids FROM cases_case c JOIN cases_case o
  ON o.id = c.id OR o.id = c.parent_id OR o.parent_id = c.id WHERE c.number = %s) f
"""


@dataclass
class Count:
    """What a process has counted."""

    operations: int = 0
    refused_intruders: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)


class Doer:
    """Performs deeds of one process."""

    def __init__(self, seats: Seats, rates: Rates, link: psycopg.Connection[Any]) -> None:
        self.seats = seats
        self.rates = rates
        self.link = link
        self.count = Count()

    def open(
        self, life: Life, matter: str, post: str, form: dict[str, object], at: datetime
    ) -> bool:
        """Open the demand; False where it was refused."""
        operation = self._operation(life, Deed(matter, post, form), at, "take_in", OPENING)
        answer = self._answers(life, operation)[0]
        if not answer.is_yes:
            return False
        require(answer.seq == 1, "once", life.label, f"opened at event {answer.seq}")
        life.matter, life.acked = matter, 1
        self._stand(life, answer, bool(operation.fault))
        self.count.actions["open"] += 1
        return True

    def do(self, life: Life, deed: Deed, at: datetime) -> bool:
        """Do it; False where it was refused."""
        kinds = () if deed.must_fail else ACTING
        operation = self._operation(life, deed, at, "act", kinds)
        before = life.seq
        answers = [a for a in self._answers(life, operation) if a.is_yes]
        if deed.must_fail:
            require(
                not answers,
                "permission",
                life.label,
                f"{deed.name} from {deed.post} was let through",
            )
            self.count.refused_intruders += 1
            return False
        life.acked += len(answers)
        if not answers:
            return False
        first = answers[0]
        require(
            first.seq > before, "once", life.label, f"{deed.name} was answered event {first.seq}"
        )
        self._stand(life, answers[-1], bool(operation.fault))
        for _ in answers:
            life.took(deed.name)
        self.count.actions[deed.name] += len(answers)
        return True

    def intrude(self, life: Life, gone: Acting, at: datetime) -> None:
        """Somebody acts from a post that they no longer hold: nobody is there to act."""
        made = self._operation(life, Deed("urge", gone.post), at, "act", ())
        answers = self._answers(life, replace(made, person=gone.person or 0))
        require(
            not any(a.is_yes for a in answers),
            "permission",
            life.label,
            f"{gone.post} after its end",
        )
        self.count.refused_intruders += 1

    def reload(self, life: Life) -> None:
        """Take over how the case stands in the database."""
        life.stands(
            Case.objects.only("number", "state", "seq", "end", "data", "next_due_at").get(
                number=life.number
            )
        )

    def _stand(self, life: Life, answer: Answer, was_struck: bool) -> None:
        life.number = answer.number
        if answer.case is None or was_struck:
            self.reload(life)
        else:
            life.stands(answer.case)

    def _operation(
        self, life: Life, deed: Deed, at: datetime, do: str, kinds: tuple[str, ...]
    ) -> Operation:
        life.turns += 1
        actor = self.seats.by_post.get(deed.post)
        made = Operation(
            id=life.id * TURNS + life.nth * PART_TURNS + life.turns, at=at, do=do, name=deed.name,
            case=life.label,
            person=(actor.person or 0) if actor else 0, post=deed.post,
            values=dict(deed.values), files=dict(deed.files),
        )  # fmt: skip
        kind = self.rates.draw(life.dice, kinds) if kinds else ""
        return self._struck(life, made, kind) if kind else made

    def _struck(self, life: Life, operation: Operation, kind: str) -> Operation:
        dice = life.dice
        if kind == "crash":
            at = dice.between("faults", 0, self.rates.statements)
            return replace(operation, fault={"kind": kind, "at": at})
        if kind == "clock_back":
            early = timedelta(minutes=dice.between("faults", 5, 4 * 24 * 60))
            return replace(operation, at=operation.at - early, fault={"kind": kind})
        if kind != "rival":
            return replace(operation, fault={"kind": kind})
        twin = dice.happens("faults", 0.5)
        return replace(operation, fault={
            "kind": kind, "name": operation.name, "post": operation.post,
            "person": operation.person, "values": operation.values, "files": operation.files,
            "twin": twin, "stale": not twin,
        })  # fmt: skip

    def _answers(self, life: Life, operation: Operation) -> Sequence[Answer]:
        self.count.operations += 1
        kind = operation.fault_kind
        if kind:
            self.count.faults[kind] += 1
        scene = Scene(
            operation, life.number, life.seq, self.link, lambda: self._around(life), self._actor
        )
        try:
            with drawn_from(life.bytes.randbytes):
                answers = FAULTS[kind](scene)
        except (Broken, KeyboardInterrupt):
            raise
        except KernelError as error:
            raise Broken("no_error", life.label, f"{type(error).__name__}: {error}") from error
        except Exception as error:
            connection.close()
            what = f"{operation.name}: {type(error).__name__}: {error}".strip().splitlines()[0]
            raise Broken("no_error", life.label, what) from error
        for answer in answers:
            if answer.refusal:
                self.count.refusals[answer.refusal] += 1
        return answers

    def _around(self, life: Life) -> object:
        return self.link.execute(AROUND, [life.number]).fetchall()

    def _actor(self, operation: Operation) -> Acting | None:
        """Who holds the post; for a clock that was set back, who held it then and holds it still."""
        if operation.fault_kind == "clock_back":
            return actor_of(actings_of(operation.person, operation.at), operation.post)
        actor = self.seats.by_post.get(operation.post)
        return actor if actor and actor.person == operation.person else None
