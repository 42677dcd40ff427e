"""`bihuan plan learn`: takes past decomposition tables in, lists and drops them, and makes the model anew."""

import argparse
import getpass
import sys
from pathlib import Path

from bihuan.config.installation import say
from bihuan.config.serve import database_in_use
from bihuan.config.tools import present
from bihuan.plan.lessons import Kept


def learn(words: list[str]) -> int:
    """Learn from tables (xlsx, docx, csv) or from the city's own cases; without either, make the model anew."""
    given = _parser().parse_args(words)
    if given.list:
        return _list()
    if given.forget:
        return _forget(given.forget)
    files = [(path, _bytes(path)) for path in given.tables]
    if any(data is None for _, data in files):
        return 2
    from bihuan.plan.lessons import keep_table

    for path, data in files:
        _tell(keep_table(data or b"", path.name, now=present(), by=given.by, year=given.year))
    if given.from_cases:
        _from_cases(given.by)
    return _train()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bihuan plan learn", description=learn.__doc__)
    parser.add_argument("tables", nargs="*", type=Path, metavar="TABLE", help="xlsx, docx or csv")
    parser.add_argument("--year", type=int, help="年度 (the year, where the table does not say it)")
    parser.add_argument("--by", default=getpass.getuser(), help="经手人 (who takes it in)")
    parser.add_argument("--from-cases", action="store_true", help="从本系统已下达的任务学习")
    parser.add_argument("--list", action="store_true", help="what was learned from")
    parser.add_argument("--forget", metavar="DIGEST", default="", help="drop a source, learn anew")
    return parser


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        say(f"无法读取 {path}：{error.strerror}。请检查路径和权限。")
        return None


def _tell(kept: Kept) -> None:
    lesson = kept.lesson
    dated = lesson.year or any(task.when for task in lesson.tasks)
    year = str(lesson.year or "各年度") if dated else "年度不明，可用 --year 指定"
    say(
        f"{lesson.name}（{year}，{lesson.digest[:12]}）：{len(lesson.tasks)} 条任务，采用 {kept.used} 条"
    )
    for note in kept.notes:
        say(f"  {note}")


def _from_cases(by: str) -> None:
    from bihuan.config.rights import work_as_application
    from bihuan.plan.lessons import keep_cases

    with database_in_use():
        work_as_application()
        _tell(keep_cases(now=present(), by=by))


def _train() -> int:
    from bihuan.plan.lessons import learn as make_model

    made = make_model()
    if made is None:
        say("还没有学习材料；牵头建议只按目录中的职责词给出。")
        return 0
    say(
        f"已学习 {made.examples} 条任务，涉及牵头单位 {made.units} 个，"
        f"留出检验 {made.held_out} 条；模型 {made.digest[:12]}"
    )
    return 0


def _list() -> int:
    from bihuan.plan.lessons import lessons

    for lesson in lessons():
        row = (
            lesson.digest[:12],
            str(lesson.year or "—"),
            str(len(lesson.tasks)),
            lesson.kept_at[:16],
            lesson.kept_by,
            lesson.name,
        )
        sys.stdout.write("\t".join(row) + "\n")
    return 0


def _forget(digest: str) -> int:
    from bihuan.plan.lessons import forget

    gone = forget(digest)
    say(f"不再从 {gone.name}（{gone.digest[:12]}）学习")
    return _train()
