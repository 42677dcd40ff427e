"""The demonstration: the city's own report, invented people and progress, made through the one door on dates of its year.

Everything it makes is synthetic but the report's own words; every page says so. Seeded: the same catalog and
report give the same demonstration.
"""

import io
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from docx import Document

from bihuan.config.demo_articles import make_articles
from bihuan.kernel.calendar.workdays import WorkCalendar
from bihuan.kernel.cases.city import city, work_calendar
from bihuan.kernel.cases.engine import act, sweep
from bihuan.kernel.cases.evidence import Upload
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.posts import appoint
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting, actings_of
from bihuan.kernel.orgs.models import Person, Post
from bihuan.plan.decompose import suggest_five_fixed, suggest_task
from bihuan.plan.importing import import_report
from bihuan.plan.review import confirm_all, drop_all
from bihuan.plan.rules import targets_of

SEED = 7
TO_REVIEW, TO_DECOMPOSE = 6, 3
NOTE = "（演示数据）"
Progress = Callable[[int, int], None]


@dataclass
class Story:
    """What the demonstration carries along: dice, calendar, and people by post."""

    year: int
    calendar: WorkCalendar
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    people: dict[str, Acting] = field(default_factory=dict)

    def at(self, day: date, hour: int = 9, minute: int = 30) -> datetime:
        """An instant of a day in the city's zone."""
        return datetime.combine(day, time(hour, minute), self.calendar.zone)

    def day(self, month: int, day: int) -> date:
        """A day of the plan's year."""
        return date(self.year, month, day)

    @property
    def last_day(self) -> date:
        """Where the demonstration ends: the last working days of the half-year."""
        return self.day(6, 28)

    def who(self, post: str) -> Acting:
        """The invented person who holds a post; made at first need."""
        if post not in self.people:
            self.people[post] = self._invent(post)
        return self.people[post]

    def _invent(self, code: str) -> Acting:
        post = Post.objects.select_related("unit").get(pk=code)
        short = post.unit.short or post.unit.name
        person = Person.objects.create_person(
            f"demo.{code}", f"演示·{short}{post.name}"[:50], "", is_synthetic=True
        )
        start = self.at(self.day(1, 3))
        appoint(person, post, SYSTEM_ACTOR, now=start)
        return next(a for a in actings_of(person.pk, start) if a.post == code)


def report_to_show() -> Path | None:
    """The newest report that the city's catalog brings along; a city without one has no demonstration."""
    found = sorted((Path(settings.BIHUAN_CATALOG) / "reports").glob("[0-9][0-9][0-9][0-9].*"))
    return found[-1] if found else None


def demo_end(file: Path) -> datetime:
    """Where the demonstration's clock stands when it has been made."""
    story = Story(int(file.stem), work_calendar())
    return story.at(story.last_day, 9, 0)


def make_demo(file: Path, progress: Progress) -> Case:
    """Make the demonstration of a report named for its year; takes some seconds and reports (done, total)."""
    story = Story(int(file.stem), work_calendar())
    planner = story.who(_post_with("planner"))
    when = story.at(story.day(2, 20))
    report = import_report(file.read_bytes(), file.name, planner, now=when, year=story.year)
    _review(story, report, planner)
    commitments = _all_but_some(_in_state(report, "confirmed"), unit_to_show(report))
    for done, commitment in enumerate(commitments, 1):
        _live_through(story, commitment, planner)
        progress(done, len(commitments))
    make_articles(story.who, story.at(story.day(3, 2), 9))
    sweep(now=demo_end(file))
    return report


def unit_to_show(report: Case) -> str:
    """The department that most numbers of the report point to: its accounts are handed out."""
    named = Counter(
        str(case.data.get("suggested_lead"))
        for case in report.children.filter(matter="plan.commitment", data__kind="target")
    )
    ranked = [code for code, _ in named.most_common() if _has_liaison(code)]
    departments = [code for code in ranked if city().units[code].kind == "department"]
    return [*departments, _first_department()][0]


def _in_state(report: Case, state: str) -> Sequence[Case]:
    found = Case.objects.filter(root=report, matter="plan.commitment", state=state)
    return list(found.order_by("data__start", "pk"))


def _all_but_some(confirmed: Sequence[Case], unit: str) -> list[Case]:
    """Leave a few promises of the shown unit for the visitor to decompose, the last ones of the text."""
    left = [c.pk for c in confirmed if c.data.get("suggested_lead") == unit][-TO_DECOMPOSE:]
    return [case for case in confirmed if case.pk not in left]


def _review(story: Story, report: Case, planner: Acting) -> None:
    waiting = list(_in_state(report, "to_review"))
    stances = [c for c in waiting if c.data["kind"] == "principle"]
    promises = [c for c in waiting if c.data["kind"] != "principle"]
    when = story.at(story.day(2, 22), 10)
    drop_all(stances[TO_REVIEW // 2 :], "原则性表述，不设可核查的目标" + NOTE, planner, now=when)
    confirm_all(promises[: -(TO_REVIEW // 2)], planner, now=when + timedelta(hours=1))


def _live_through(story: Story, commitment: Case, planner: Acting) -> None:
    """One commitment from decomposition to where its task stands on the last day."""
    when = story.at(story.day(2, 24), 9, story.dice.randrange(60))
    suggestion = suggest_task(commitment)
    lead, assist = suggestion["lead"], suggestion["assist"]
    suggestion["lead"] = lead if _has_liaison(lead) else _first_department()
    helpers = [c for c in assist if _has_liaison(c)] if isinstance(assist, list) else []
    suggestion["assist"] = helpers[:2]
    act(commitment.number, "decompose", planner, suggestion, now=when)
    task = commitment.children.get(matter="plan.task")
    issue = story.at(story.day(3, 1), 9, story.dice.randrange(60))
    act(
        task.number,
        "edit",
        planner,
        _five_fixed(task, issue.date()),
        now=issue - timedelta(hours=20),
    )
    if story.dice.random() < 0.04:
        return  # stays a draft
    act(task.number, "issue", planner, {}, now=issue)
    lead = str(task.data["lead"])
    _work(story, Case.objects.get(pk=task.pk), story.who(f"{lead}-liaison"), issue)


def _five_fixed(task: Case, today: date) -> dict[str, object]:
    given: dict[str, object] = dict(suggest_five_fixed(task, today))
    given["goal"] = task.data.get("goal") or task.title
    given["measures"] = f"{NOTE}成立工作专班，排出季度计划，每周调度，月底通报。"
    given["standard"] = f"{NOTE}按期完成并经核查得满分；逾期一季度扣2分，连续两次红灯约谈。"
    given["leader"] = given.get("leader") or _post_with("leader")
    given["targets"] = [
        {**row, "baseline": row.get("baseline") or "0"} if row.get("basis") == "level" else row
        for row in targets_of(task.data)
    ]
    return given


def _work(story: Story, task: Case, liaison: Acting, issue: datetime) -> None:
    dice = story.dice
    act(
        task.number,
        "sign_for",
        liaison,
        {},
        now=issue + timedelta(hours=dice.choice((1, 3, 5, 28))),
    )
    _parts(story, task, issue)
    deployed = {"arrangements": f"{NOTE}已召开部署会，明确分工和时间表。"}
    act(task.number, "deploy", liaison, deployed, now=issue + timedelta(hours=29))
    if dice.random() < 0.9:
        shared = {"arrangements": f"{NOTE}工作方案已印发，前期手续正在办理。"}
        act(task.number, "feedback", liaison, shared, now=issue + timedelta(days=2, hours=5))
    speed = dice.choice((0.45, 0.8, 0.95, 1.0, 1.05, 1.15, 1.3))
    last = _report_weekly(story, task, liaison, speed)
    _finish(story, task, liaison, speed, last)


def _parts(story: Story, task: Case, issue: datetime) -> None:
    for index, part in enumerate(task.children.filter(matter="plan.part").order_by("pk")):
        helper = story.who(f"{part.data['unit']}-liaison")
        act(part.number, "sign_for", helper, {}, now=issue + timedelta(days=1, hours=6 + index))


def _report_weekly(story: Story, task: Case, liaison: Acting, speed: float) -> date:
    """Each Friday a report, with values that run at the task's own speed; some fall silent at the end."""
    silent_from = story.last_day - timedelta(days=story.dice.choice((0, 0, 0, 0, 0, 0, 9, 18)))
    friday, day = story.day(3, 3), story.day(3, 3)
    while friday < story.last_day:
        day = friday
        while not story.calendar.is_working_day(day):
            day -= timedelta(days=1)
        if day < silent_from and story.dice.random() < 0.96:
            given = _weekly_words(story, task, day, speed)
            act(
                task.number,
                "report",
                liaison,
                given,
                now=story.at(day, 15, story.dice.randrange(60)),
            )
        friday += timedelta(days=7)
    return day


def _weekly_words(story: Story, task: Case, day: date, speed: float) -> dict[str, object]:
    gone = Decimal((day - story.day(1, 1)).days) / Decimal(365)
    done = min(Decimal(1), gone * Decimal(str(speed)))
    actuals = []
    for index, row in enumerate(targets_of(task.data)):
        goal = Decimal(str(row["value"]))
        value = (
            (goal * done).quantize(Decimal(1))
            if goal >= 10
            else (goal * done).quantize(Decimal("0.1"))
        )
        actuals.append({"target": index, "value": str(value), "source": f"单位台账{NOTE}"})
    met = [{"quarter": "q1"}] if day >= story.day(3, 31) and speed >= 0.8 else []
    percent = int(done * 100)
    return {
        "actuals": actuals,
        "milestones_met": met,
        "progress": f"{NOTE}截至{day.month}月{day.day}日，工作量完成约{percent}%。",
        "problems": f"{NOTE}部分前期手续办理较慢。" if speed < 0.8 else "",
        "next_steps": f"{NOTE}按季度节点推进。",
    }


def _finish(story: Story, task: Case, liaison: Acting, speed: float, last: date) -> None:
    """The quick ones claim completion; some of those are verified, signed off or rejected."""
    if speed < 1.3:
        if speed < 0.5 and story.dice.random() < 0.5:
            wish = {
                "requested_deadline": f"{story.year + 1}-03-31",
                "reason": f"{NOTE}征地手续延后，申请延期。",
            }
            act(task.number, "request_extension", liaison, wish, now=story.at(last, 16, 30))
        return
    for part in task.children.filter(matter="plan.part", end=""):
        act(
            part.number,
            "waive",
            liaison,
            {"reason": f"{NOTE}本阶段无需配合"},
            now=story.at(last, 16),
        )
    claim = {"statement": f"{NOTE}任务已提前完成，台账和验收资料齐全。", **_final_values(task)}
    files = {"evidence": [Upload("完成情况说明（演示）.docx", _document(task))]}
    act(task.number, "claim", liaison, claim, files=files, now=story.at(last, 16, 40))
    _check(story, task, story.dice.choice(("wait", "verify", "sign_off", "sign_off", "reject")))


def _check(story: Story, task: Case, outcome: str) -> None:
    inspector, chief = story.who(_post_with("inspector")), story.who(_post_with("inspection_chief"))
    monday = story.at(story.day(6, 26))
    if outcome == "wait":
        return
    if outcome == "reject":
        reason = {"reason": f"{NOTE}现场核查发现资料不全，请补充验收单。"}
        act(task.number, "reject", inspector, reason, now=monday)
        return
    finding = {"method": "on_site", "finding": f"{NOTE}实地抽查，情况属实。", "grade": "good"}
    act(task.number, "verify", inspector, finding, now=monday)
    if outcome == "sign_off":
        act(task.number, "sign_off", chief, {}, now=story.at(story.day(6, 27), 10))


def _final_values(task: Case) -> dict[str, object]:
    rows = enumerate(targets_of(task.data))
    source = f"验收资料{NOTE}"
    return {"actuals": [{"target": i, "value": row["value"], "source": source} for i, row in rows]}


def _document(task: Case) -> io.BytesIO:
    document = Document()
    document.add_heading("完成情况说明（演示数据）", 1)
    document.add_paragraph(f"任务：{task.number} {task.title}")
    document.add_paragraph("本文件由演示程序生成，内容不是真实情况。")
    stream = io.BytesIO()
    document.save(stream)
    stream.seek(0)
    return stream


def _has_liaison(unit: object) -> bool:
    return f"{unit}-liaison" in city().posts


def _first_department() -> str:
    return next(code for code in city().units if _has_liaison(code))


def _post_with(role: str) -> str:
    return next(post.code for post in city().posts.values() if role in post.roles)
