"""What a city learns from: past tables and its own decomposed cases, kept as files with their source; trains the model."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.learning import Example, store
from bihuan.learning.training import train
from bihuan.plan.advice import hints
from bihuan.plan.learning import learned_home
from bihuan.plan.past_tables import PastTask, read_table
from bihuan.plan.unit_names import UnitNames, is_collective

VERSION = 1
FROM_CASES = "cases"
SHORTEST = 4  # characters; a shorter task tells nothing
UNCONFIRMED = ("drafting", "withdrawn")  # a lead that nobody has stood by yet, or no more


@dataclass(frozen=True)
class Lesson:
    """One source and its tasks; units by name as the source wrote them (or by code, from cases)."""

    digest: str
    name: str
    year: int | None
    kept_at: str
    kept_by: str
    tasks: tuple[PastTask, ...]


@dataclass(frozen=True)
class Kept:
    """A lesson that was taken in, what it could use, and what it could not, each with its row."""

    lesson: Lesson
    used: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Learned:
    """The model that was made."""

    digest: str
    examples: int
    units: int
    held_out: int


def keep_table(data: bytes, name: str, *, now: datetime, by: str, year: int | None = None) -> Kept:
    """Read a table and keep its tasks; the same file again takes the place of itself."""
    table = read_table(data, name)
    digest = hashlib.sha256(data).hexdigest()
    lesson = Lesson(digest, name, year or table.year, now.isoformat(), by, table.tasks)
    examples, notes = _resolved(lesson)
    if not examples:
        raise Refusal(
            "nothing_learned",
            N_("“%(name)s”里没有一条任务能对应到目录中的单位。"),
            remedy=N_("请核对单位名称，或在 units.yaml 中补充别名：%(notes)s"),
            params={"name": name, "notes": "；".join((*notes, *table.problems)[:5])},
        )
    _write(lesson)
    return Kept(lesson, len(examples), (*table.problems, *notes))


def keep_cases(*, now: datetime, by: str) -> Kept:
    """Take the leads that the city's own planners decided on: tasks that were issued, as they stand now."""
    cases = Case.objects.filter(matter="plan.task").exclude(state__in=UNCONFIRMED)
    tasks = tuple(_task(case) for case in cases.select_related("parent", "root").order_by("pk"))
    if not tasks:
        raise Refusal(
            "no_issued_tasks",
            N_("本系统中还没有已下达的任务，无从学习。"),
            remedy=N_("请先分解并下达任务，或用往年的分解表学习。"),
        )
    lesson = Lesson(FROM_CASES, N_("本系统已下达的任务"), None, now.isoformat(), by, tasks)
    examples, notes = _resolved(lesson)
    _write(lesson)
    return Kept(lesson, len(examples), notes)


def _task(case: Case) -> PastTask:
    source = case.parent if case.parent is not None else case
    root = case.root if case.root is not None else case
    text = str(source.data.get("text") or case.data.get("title") or "")
    assists = tuple(str(code) for code in case.data.get("assist") or ())
    year = str(root.data.get("year") or "")
    return PastTask(case.number, text, (str(case.data["lead"]),), assists, year)


def lessons() -> list[Lesson]:
    """All that is kept, the oldest first; a Refusal for a file that cannot be read."""
    found = [_read(path) for path in sorted(_lesson_home().glob("*.json"))]
    return sorted(found, key=lambda lesson: (lesson.year or 0, lesson.kept_at, lesson.digest))


def forget(digest: str) -> Lesson:
    """Drop the lesson whose digest begins so; the model still knows it until it is made anew."""
    found = [lesson for lesson in lessons() if lesson.digest.startswith(digest)]
    if not digest or len(found) != 1:
        raise Refusal(
            "no_such_lesson",
            N_("没有（或不止一份）以“%(digest)s”开头的学习材料。"),
            remedy=N_("请用 bihuan plan learn --list 查看，写出足够长的编号。"),
            params={"digest": digest},
        )
    _path(found[0].digest).unlink()
    return found[0]


def learn() -> Learned | None:
    """Make the model anew from all that is kept and from the catalog's duties; None (and no model) without lessons."""
    examples = [example for lesson in lessons() for example in _resolved(lesson)[0]]
    home = learned_home() / "model"
    if not examples:
        (home / "model.json").unlink(missing_ok=True)
        return None
    model = train(examples, hints=tuple(hints(city())))
    digest = store(model, home)
    return Learned(
        digest, len(examples), len({e.labels[0] for e in examples}), model.certainty.held_out
    )


def _resolved(lesson: Lesson) -> tuple[list[Example], tuple[str, ...]]:
    """The tasks by the catalog's codes, and a note for each name that is none of its units."""
    names = UnitNames(city().units.values(), city().merged)
    examples: list[Example] = []
    places: dict[str, list[str]] = {}
    for task in lesson.tasks:
        said: list[str] = []
        leads = _codes(names, task.leads, "牵头", said)
        codes = dict.fromkeys((*leads, *_codes(names, task.assists, "配合", said)))
        if not leads:
            said.append("牵头单位不明，整条任务未采用")
        elif len(task.text) < SHORTEST:
            said.append("任务内容过短，未采用")
        else:
            when = task.when or str(lesson.year or "")
            examples.append(Example(task.text, tuple(codes), when))
        for note in said:
            places.setdefault(note, []).append(task.place)
    return examples, tuple(f"{note}：{'、'.join(at)}" for note, at in sorted(places.items()))


def _codes(names: UnitNames, given: Iterable[str], role: str, said: list[str]) -> list[str]:
    """The units named; what is said of a name that is none of the catalog's units, or not quite."""
    codes: list[str] = []
    for name in given:
        if name in city().units:
            codes.append(name)
        elif found := names.find(name):
            codes.append(found.code)
            if found.same:
                said.append(f"“{name}”按“{city().units[found.code].name}”学习")
        elif is_collective(name):
            said.append(f"{role}“{name}”没有点明单位，未采用")
        else:
            near = "、".join(names.near(name))
            offer = f"（是否“{near}”？）" if near else ""
            said.append(f"{role}“{name}”不在单位目录中，未采用{offer}")
    return codes


def _lesson_home() -> Path:
    return learned_home() / "lessons"


def _path(digest: str) -> Path:
    return _lesson_home() / f"{digest[:32]}.json"


def _write(lesson: Lesson) -> None:
    path = _path(lesson.digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"version": VERSION, **asdict(lesson)}, ensure_ascii=False, indent=1)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _read(path: Path) -> Lesson:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept.pop("version") != VERSION:
            raise ValueError("another version")
        tasks = tuple(
            PastTask(t["place"], t["text"], tuple(t["leads"]), tuple(t["assists"]), t["when"])
            for t in kept.pop("tasks")
        )
        return Lesson(tasks=tasks, **kept)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            "bad_lesson",
            N_("学习材料 %(path)s 不能读取。"),
            remedy=N_("请删除该文件，再用原来的表重新学习。"),
            params={"path": str(path)},
        ) from error
