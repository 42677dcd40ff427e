"""The cast of every story: a planner, two departments, the inspection office, a leader, a stranger; in Lüliang."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from docx import Document

from bihuan.kernel.cases.city import forget
from bihuan.kernel.cases.engine import act, open_case
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.posts import appoint
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting, actings_of
from bihuan.kernel.orgs.models import Person, Post

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2023, 3, 1, 9, 0, tzinfo=ZONE)  # a Wednesday
TARGET = {
    "measure": "建设普惠性幼儿园", "value": "25", "unit": "所", "bound": "eq", "basis": "level",
    "baseline": "0", "start": 0, "end": 11,
}  # fmt: skip
FIVE_FIXED: dict[str, object] = {
    "goal": "建设普惠性幼儿园25所",
    "leader": "ll-mayor",
    "responsible": "ll-edu-head",
    "measures": "倒排工期，每周调度。",
    "deadline": "2023-12-31",
    "milestones": [
        {"quarter": "q2", "text": "开工12所", "value": "12"},
        {"quarter": "q4", "text": "建成25所", "value": "25"},
    ],
    "standard": "按期完成为合格。",
    "targets": [TARGET],
}


def on(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of a day in the city."""
    return datetime.combine(day, time(hour, minute), ZONE)


def document(text: str = "验收单") -> Upload:
    """A real Word file as evidence."""
    file = Document()
    file.add_paragraph(text)
    stream = io.BytesIO()
    file.save(stream)
    stream.seek(0)
    return Upload("验收单.docx", stream)


@dataclass
class Cast:
    """People by post, invented at first need, and the clock of the story."""

    now: datetime = START
    people: dict[str, Acting] = field(default_factory=dict)

    def who(self, post: str) -> Acting:
        """Somebody who holds a post since the year began."""
        if post not in self.people:
            person = Person.objects.create_person(f"t.{post}", f"测试{post}", "", is_synthetic=True)
            since = on(date(2023, 1, 3))
            appoint(person, Post.objects.get(pk=post), SYSTEM_ACTOR, now=since)
            self.people[post] = actings_of(person.pk, since)[0]
        return self.people[post]

    @property
    def planner(self) -> Acting:
        """The plan office's desk."""
        return self.who("ll-planner")

    @property
    def handler(self) -> Acting:
        """The liaison of the education bureau, the lead unit of most stories."""
        return self.who("ll-edu-liaison")

    @property
    def rival(self) -> Acting:
        """The liaison of another department."""
        return self.who("ll-health-liaison")

    @property
    def inspector(self) -> Acting:
        """Who verifies."""
        return self.who("ll-inspector-1")

    @property
    def chief(self) -> Acting:
        """Who signs off."""
        return self.who("ll-inspection-chief")

    @property
    def leader(self) -> Acting:
        """The mayor."""
        return self.who("ll-mayor")

    def later(self, **spans: float) -> datetime:
        """Let the story's clock run on."""
        self.now += timedelta(**spans)
        return self.now

    def does(self, case: Case, action: str, actor: Acting, **given: object) -> Case:
        """Take an action a minute later; a list of uploads in `files` goes with it."""
        files = given.pop("files", {})
        assert isinstance(files, dict)
        return act(case.number, action, actor, given, now=self.later(minutes=1), files=files)

    def report(self) -> Case:
        """An open report without commitments."""
        fields = {
            "title": "2023年政府工作报告", "year": 2023, "ends_on": "2023-12-31",
            "inspection": "ll-inspection",
        }  # fmt: skip
        return open_case("plan.report", fields, self.planner, now=self.now)

    def commitment(self, report: Case | None = None, **changes: object) -> Case:
        """A commitment to review."""
        fields: dict[str, object] = {
            "title": "建设普惠性幼儿园25所", "text": "建设普惠性幼儿园25所", "start": 0, "end": 11,
            "section": "八方面重点工作", "kind": "target", "strength": "must", "targets": [TARGET],
            "deadline": "2023-12-31", "inspection": "ll-inspection", "suggested_lead": "ll-edu",
        }  # fmt: skip
        fields |= changes
        return open_case(
            "plan.commitment", fields, self.planner, now=self.now, parent=report or self.report()
        )

    def draft(self, assist: tuple[str, ...] = (), **changes: object) -> Case:
        """A task that is not issued yet, its five fixed things filled."""
        commitment = self.commitment()
        self.does(commitment, "confirm", self.planner)
        self.does(
            commitment, "decompose", self.planner,
            task_title="建设普惠性幼儿园25所", lead="ll-edu", assist=list(assist),
        )  # fmt: skip
        task = commitment.children.get()
        return self.does(task, "edit", self.planner, **(FIVE_FIXED | changes))

    def issued(self, assist: tuple[str, ...] = (), **changes: object) -> Case:
        """A task on its lead unit's desk."""
        return self.does(self.draft(assist, **changes), "issue", self.planner)

    def in_progress(self, assist: tuple[str, ...] = (), **changes: object) -> Case:
        """A task that the education bureau works on."""
        return self.does(self.issued(assist, **changes), "sign_for", self.handler)

    def claimed(self) -> Case:
        """A task that its lead unit says is done."""
        task = self.in_progress()
        return self.does(
            task, "claim", self.handler, statement="25所全部建成。",
            actuals=[{"target": 0, "value": "25"}], files={"evidence": [document()]},
        )  # fmt: skip

    def signed_off(self) -> Case:
        """A task that was verified and signed off."""
        task = self.does(self.claimed(), "verify", self.inspector, method="on_site", finding="属实")
        return self.does(task, "sign_off", self.chief)


@pytest.fixture
def cast(db: None, tmp_path: Path, settings: object) -> Iterator[Cast]:
    """The cast in a fresh Lüliang, with a file store of its own."""
    settings.BIHUAN_FILES = tmp_path / "files"  # type: ignore[attr-defined]
    forget()
    install_city()
    yield Cast()
    forget()
