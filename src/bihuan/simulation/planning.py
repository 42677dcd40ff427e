"""What people know who live through a work report: its import, its decomposition, weekly reports, claims. Draws only."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.catalog.layers import file_of, names_of
from bihuan.kernel.matters.definition import Matter
from bihuan.plan.decompose import suggest_five_fixed, suggest_task
from bihuan.plan.rules import targets_of
from bihuan.simulation.agents import Agents, Entry
from bihuan.simulation.dice import Dice
from bihuan.simulation.memory import Chronicle, Memory
from bihuan.simulation.operations import Operation, Setting
from bihuan.simulation.values import MARK

TASK, COMMITMENT, REPORT, PART = "plan.task", "plan.commitment", "plan.report", "plan.part"
SENTENCES = 2  # of the report, in a quick run
NEVER = {
    "absorb",
    "split",
    "merge",
    "abandon",
    "void",
}  # need words of the text that chance does not find
KEEP_AS_IS: Mapping[str, object] = {}


class PlanProfile:
    """Weights and forms of the plan's matters; any other matter is left to chance."""

    def __init__(self, memory: Memory, setting: Setting) -> None:
        self.memory = memory
        self.setting = setting

    def opens_by_hand(self, matter: Matter) -> bool:
        """The report is imported, and everything else is opened from it."""
        return not matter.key.startswith("plan.")

    def weight(self, case: Chronicle, name: str, weight: int, now: datetime) -> int:
        """What is likely in a plan's year."""
        if not case.matter.key.startswith("plan."):
            return weight
        if name in NEVER:
            return 0
        if case.matter.key == REPORT:
            reviewed = all(c.state != "to_review" for c in self.memory.children_of(case))
            return weight if reviewed else 1
        if case.matter.key == COMMITMENT:
            return {"drop": 6, "edit": 5, "add_task": 1}.get(name, weight)
        return self._task_weight(case, name, weight, now) if case.matter.key == TASK else weight

    def _task_weight(self, case: Chronicle, name: str, weight: int, now: datetime) -> int:
        taken = {move.action for move in case.moves}
        filled = "edit" in [m.action for m in case.moves if m.source == "drafting"]
        if case.state == "drafting":
            return {"edit": 5 if filled else 100, "issue": 100 if filled else 4}.get(name, weight)
        if name in ("deploy", "feedback"):
            return 160 if name not in taken else 1
        if name == "claim":
            return self._claim_weight(case, now)
        return {"report": 100, "request_extension": 3, "reassign": 1, "reopen": 60}.get(
            name, weight
        )

    def _claim_weight(self, case: Chronicle, now: datetime) -> int:
        """Nobody claims in the first weeks; towards the deadline everybody does."""
        left = (date.fromisoformat(str(case.data["deadline"])) - now.date()).days
        gone = (now - case.moves[0].at).days
        if gone < 20 and not self.setting.quick:
            return 1
        return max(4, 60 - left // 3)

    def values(self, case: Chronicle, name: str, now: datetime) -> Mapping[str, object] | None:
        """The forms that chance cannot fill in."""
        key = case.matter.key
        if key == COMMITMENT:
            return self._of_commitment(case, name)
        if key != TASK:
            return None
        if name == "edit":
            return self._five_fixed(case, now)
        if name in ("report", "claim"):
            return self._progress(case, name, now)
        if name == "request_extension":
            later = date.fromisoformat(str(case.data["deadline"])) + timedelta(days=45)
            return {"requested_deadline": later.isoformat(), "reason": f"前期手续延后{MARK}"}
        if name == "reassign":
            return self._other_lead(case)
        return None

    def _of_commitment(self, case: Chronicle, name: str) -> Mapping[str, object] | None:
        if name in ("confirm", "edit"):
            return KEEP_AS_IS
        if name == "drop":
            return {"reason": f"原则性表述，不设可核查的目标{MARK}"}
        if name not in ("decompose", "add_task"):
            return None
        suggested = suggest_task(Case.objects.get(number=case.number))
        able = self._liaisons()
        lead = suggested["lead"] if suggested["lead"] in able else self._one(case, able)
        assist = suggested["assist"] if isinstance(suggested["assist"], list) else []
        others = [unit for unit in assist if unit in able and unit != lead]
        if not others and self.setting.quick and Dice(_mark(case)).happens("assist", 0.5):
            others = [self._one(case, [u for u in able if u != lead], 1)]
        return {**suggested, "lead": lead, "assist": others[:2]}

    def _five_fixed(self, case: Chronicle, now: datetime) -> Mapping[str, object]:
        task = Case.objects.get(number=case.number)
        given: dict[str, object] = dict(suggest_five_fixed(task, now.date()))
        given["goal"] = case.data.get("goal") or task.title
        given["measures"] = f"成立工作专班，排出季度计划，每周调度{MARK}"
        given["standard"] = f"按期完成并经核查得满分{MARK}"
        leaders = [p.code for p in city().posts.values() if "leader" in p.roles]
        given["leader"] = given.get("leader") or case.data.get("leader") or leaders[0]
        given["targets"] = [
            {**row, "baseline": row.get("baseline") or "0"} for row in targets_of(case.data)
        ]
        return given

    def _progress(self, case: Chronicle, name: str, now: datetime) -> Mapping[str, object]:
        share = Decimal(1)
        if name == "report":
            speed = Dice(_mark(case)).between("speed", 50, 130)
            days = (now.date() - date(now.year, 1, 1)).days
            share = min(Decimal(1), Decimal(days * speed) / 36500)
        rows = [
            {"target": i, "value": _part(row["value"], share), "source": f"单位台账{MARK}"}
            for i, row in enumerate(targets_of(case.data))
        ]
        if name == "claim":
            return {"actuals": rows, "statement": f"任务已完成，资料齐全{MARK}"}
        said = f"截至{now.month}月{now.day}日，工作量完成约{int(share * 100)}%{MARK}"
        return {"actuals": rows, "progress": said, "next_steps": f"按季度节点推进{MARK}"}

    def _other_lead(self, case: Chronicle) -> Mapping[str, object]:
        able = [unit for unit in self._liaisons() if unit != case.data["lead"]]
        lead = self._one(case, able, len(case.moves)) if able else case.data["lead"]
        heads = [p.code for p in city().posts_of(str(lead)) if "unit_head" in p.roles]
        return {
            "lead": lead, "responsible": heads[0] if heads else None,
            "reason": f"职责调整{MARK}",
        }  # fmt: skip

    def _liaisons(self) -> list[str]:
        """The units in which a liaison sits."""
        posts = [city().posts[code] for held in self.memory.held.values() for code in held]
        found = {p.unit for p in posts if "handler" in p.roles}
        return sorted(found - self.memory.ended_units.keys())

    def _one(self, case: Chronicle, units: list[str], turn: int = 0) -> str:
        return units[(_mark(case) + turn) % len(units)]


class PlanAgents(Agents):
    """The people of a city with a work report: it is imported in the first weeks."""

    def extra_starts(self) -> list[tuple[str, timedelta]]:
        """The import."""
        return [("import", timedelta(days=1 if self.world.setting.quick else 49))]

    def extra(self, entry: Entry) -> Iterator[Operation]:
        """The planner imports the city's newest report."""
        file = report_of(Path(self.world.setting.catalog))
        held = self.world.memory.held.items()
        seats = [
            (post, person)
            for person, posts in held
            for post in posts
            if "planner" in city().posts[post].roles
        ]
        if file is None or not seats:
            return
        post, person = seats[0]
        text = file.read_text(encoding="utf-8")
        if self.world.setting.quick:
            text = self._excerpt(text)
        values = {"text": text, "name": file.name, "year": int(file.stem)}
        yield self.operation("import", name=REPORT, person=person, post=post, values=values)

    def _excerpt(self, text: str) -> str:
        """The headings and a few sentences of the second half, in which a report says what will be done."""
        lines = text.splitlines()
        half = len(lines) // 3
        kept = [line for line in lines[:half] if line.startswith("#")]
        later = lines[half:]
        sentences = [i for i, line in enumerate(later) if line.strip() and not line.startswith("#")]
        chosen = set(self.dice.of("report").sample(sentences, min(SENTENCES, len(sentences))))
        kept += [line for i, line in enumerate(later) if line.startswith("#") or i in chosen]
        return "\n\n".join(kept) + "\n"


def report_of(catalog: Path) -> Path | None:
    """The newest report that the catalog brings along, named for its year."""
    found = names_of(catalog, "reports/[0-9][0-9][0-9][0-9].md")
    return file_of(catalog, found[-1]) if found else None


def _mark(case: Chronicle) -> int:
    """A number of the case that is the same in every run of the seed."""
    return int(case.number.rpartition("-")[2])


def _part(value: object, share: Decimal) -> str:
    goal = Decimal(str(value))
    return str((goal * share).quantize(Decimal(1) if abs(goal) >= 10 else Decimal("0.1")))
