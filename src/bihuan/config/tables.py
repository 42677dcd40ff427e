"""The verbs `plan table` and `plan table-in`: the decomposition table out to a file, and an edited one back in."""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.config.installation import say
from bihuan.config.rights import work_as_application
from bihuan.config.serve import database_in_use
from bihuan.config.tools import present
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import N_, Refusal
from bihuan.kernel.orgs.acting import Acting, actings_of
from bihuan.kernel.orgs.models import Person
from bihuan.kernel.orgs.queries import unit_paths
from bihuan.plan.table_apply import apply, rehearse, rows_to_take, said
from bihuan.plan.table_in import Difference, RowChange, Table, read_table
from bihuan.plan.table_paper import table_document, table_sheet
from bihuan.plan.table_record import report_named_in


@contextmanager
def database() -> Iterator[None]:
    """The database, under the role that can append to the ledger and not change it."""
    with database_in_use():
        work_as_application()
        yield


WRITERS = {".xlsx": table_sheet, ".docx": table_document}


def table_out(words: list[str]) -> int:
    """`bihuan plan table REPORT -o FILE.xlsx|.docx`; `--as USERNAME` shows what that person may see."""
    parser = argparse.ArgumentParser(prog="bihuan plan table")
    parser.add_argument("report", help="number of the report, such as BG2023-00001")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--as", dest="username", default="")
    given = parser.parse_args(words)
    writer = WRITERS.get(given.output.suffix.lower())
    if writer is None:
        parser.error(f"{given.output}: the name must end in .xlsx or .docx")
    with database():
        report = _report(given.report)
        data = writer(report, _actings(report, given.username), present())
    given.output.write_bytes(data)
    say(f"{given.output} ({len(data)} bytes)")
    return 0


def table_in(words: list[str]) -> int:
    """`bihuan plan table-in FILE.xlsx`: print the differences; `--apply --as USERNAME` takes them, all or none."""
    parser = argparse.ArgumentParser(prog="bihuan plan table-in")
    parser.add_argument("file", type=Path)
    parser.add_argument("--apply", action="store_true")
    parser.add_argument("--as", dest="username", default="", help="in whose name it is applied")
    parser.add_argument(
        "--take", action="append", default=[], metavar="ROW:COLUMN",
        help="overwrite what somebody changed since the export",
    )  # fmt: skip
    given = parser.parse_args(words)
    if given.apply and not given.username:
        parser.error("--apply needs --as USERNAME: the ledger names who did it")
    with database():
        return _taken_in(given)


def _taken_in(given: argparse.Namespace) -> int:
    data = given.file.read_bytes()
    report = _report(report_named_in(data))
    actings = _actings(report, given.username)
    actor = next((a for a in actings if "planner" in a.roles), actings[0])
    now = present()
    table = rehearse(read_table(data, report, actings, now), actor, now=now)
    _print(table)
    if given.apply:
        key = f"table:{hashlib.sha256(data).hexdigest()}:{','.join(sorted(given.take))}"
        done = apply(table, given.take, actor, now=now, key=key)
        say("taken before" if done.again else f"{done.rows} rows, {done.cells} cells taken")
    return 1 if any(change.refusal for change in table.changes) else 0


def _print(table: Table) -> None:
    for change in table.changes:
        sys.stdout.write(f"第{change.row}行 {change.number or '新增'} {change.title}\n")
        for difference in change.differences:
            sys.stdout.write(f"  {_line(difference)}\n")
        _print_refusal(change)
    for words, names in (
        ("表中没有的行，不视为删除", table.absent), ("已删的列，不视为清空", table.removed),
        ("不认识的列，没有读", table.strangers),
    ):  # fmt: skip
        if names:
            sys.stdout.write(f"{words}: {'、'.join(names)}\n")
    sys.stdout.write(f"{len(table.changes)} 行有差异，{rows_to_take(table.changes)} 行可以生效\n")


def _print_refusal(change: RowChange) -> None:
    if change.refusal:
        sys.stdout.write(f"  不收: {said(change.refusal)}\n")


def _line(difference: Difference) -> str:
    old, new = difference.exported or "（空）", difference.yours or "（空）"
    text = f"{difference.label}: {old} → {new}"
    if difference.kind == "conflict":
        text += f"  [冲突，现为 {difference.current or '（空）'}]"
    return f"{text}  [不收: {difference.refusal}]" if difference.refusal else text


def _report(number: str) -> Case:
    report = Case.objects.filter(matter="plan.report", number=number).first()
    if report is None:
        raise Refusal(
            "no_report",
            N_("没有编号为“%(number)s”的报告。"),
            remedy=N_("报告编号见计划页，如 BG2023-00001。"),
            params={"number": number},
        )
    return report


def _actings(report: Case, username: str) -> list[Acting]:
    """The posts of a person; without one, a view as the plan office's: whoever is at the terminal has the database."""
    if not username:
        unit = str(report.data["office"])
        return [Acting(None, "命令行", "", unit, unit_paths([unit])[unit], frozenset({"planner"}))]
    person = Person.objects.filter(username=username, is_active=True).first()
    found = list(actings_of(person.pk, present())) if person else []
    if not found:
        raise Refusal(
            "no_person",
            N_("没有账号“%(name)s”，或此人没有岗位。"),
            remedy=N_("请用 bihuan appoint 任命后再试。"),
            params={"name": username},
        )
    return found
