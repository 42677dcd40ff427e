"""The batch door (批量入口): opens many cases of one matter with the checks of the single door, all or none.

Rows go in by COPY, so that an import is bound by the disk and not by statements. What cannot be in a batch: files.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.cases.engine import require_may_open
from bihuan.kernel.cases.form import read_opening
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.moves import new_case, opening_event, require_openable
from bihuan.kernel.cases.numbers import next_numbers
from bihuan.kernel.cases.project import Projection, search_document
from bihuan.kernel.cases.receipts import fingerprint
from bihuan.kernel.cases.statement import copy_in, run
from bihuan.kernel.cases.write import CASE_COLUMNS, EVENT_COLUMNS, case_values, event_values
from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.matters.personal import is_private
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.directory import Directory, directory
from bihuan.kernel.privacy.store import save_rows

MOST = 20_000  # rows of one batch: a longer import is several, each with its own key
MOST_PROBLEMS = 200
Progress = Callable[[int, int], None]
New = tuple[Case, Event, Projection]
IDS = "SELECT nextval(pg_get_serial_sequence('cases_case', 'id')) FROM generate_series(1, %s::int)"


def open_batch(
    matter_key: str,
    rows: Sequence[Mapping[str, object]],
    actor: Acting,
    *,
    now: datetime,
    key: str = "",
    parent: Case | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Open a case for each row; the numbers, in the order of the rows.

    Raises a FormRefusal that names every bad row (`17.title`), and writes nothing then. With an idempotency `key` the
    same batch again gives the numbers of the first time.
    """
    matter, _ = matter_now(matter_key)
    private = bool(key) and is_private(matter)
    asked = fingerprint(matter_key, {"rows": list(rows)}, private=private) if key else ""
    with transaction.atomic():
        if key and (numbers := _answered(key, asked)) is not None:
            return numbers
        require_may_open(matter, actor, parent)
        values = _read_all(matter, rows, actor, directory())
        opened = list(_open_all(matter, values, actor, parent, now, progress))
        _store(opened)
        if key:
            _keep(key, asked, opened)
    return [case.number for case, _, _ in opened]


def _read_all(
    matter: Matter, rows: Sequence[Mapping[str, object]], actor: Acting, units: Directory
) -> list[dict[str, Json]]:
    """Every row parsed and checked; every problem of every row is found before one is said."""
    if len(rows) > MOST:
        raise Refusal(
            "batch_too_long",
            N_("一批最多 %(most)s 行，现有 %(count)s 行。"),
            remedy=N_("请分批导入。"),
            params={"most": MOST, "count": len(rows)},
        )
    read: list[dict[str, Json]] = []
    problems: list[FieldProblem] = []
    for index, row in enumerate(rows):
        try:
            values = read_opening(matter, row, actor)
            require_openable(matter, values, units)
            read.append(values)
        except FormRefusal as refusal:
            problems += [
                FieldProblem(f"{index}.{p.path}", p.message, p.params) for p in refusal.problems
            ]
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise FormRefusal(tuple(problems[:MOST_PROBLEMS]))
    return read


def _open_all(
    matter: Matter,
    values: Sequence[dict[str, Json]],
    actor: Acting,
    parent: Case | None,
    now: datetime,
    progress: Progress | None,
) -> Iterator[New]:
    numbers = next_numbers(matter.prefix, now, len(values)) if values else []
    ids = run(IDS, [len(values)])
    for index, (data, number, (pk,)) in enumerate(zip(values, numbers, ids, strict=True)):
        case, projection = new_case(matter, data, parent, now)
        case.number = number
        event = opening_event(case, matter, projection, parent.number if parent else "", actor)
        case.pk = pk
        projection.search = search_document(matter, case)
        yield case, event, projection
        if progress and (index % 500 == 499 or index + 1 == len(values)):
            progress(index + 1, len(values))


def _store(opened: Sequence[New]) -> None:
    """Append the rows of all tables, each by one COPY."""
    copy_in("ledger_event", EVENT_COLUMNS, (event_values(event) for _, event, _ in opened))
    columns = ("id", *CASE_COLUMNS, "search")
    copy_in("cases_case", columns, ((c.pk, *case_values(c), p.search) for c, _, p in opened))
    copy_in(
        "cases_caseparty",
        ("case_id", "field", "unit_id"),
        ((c.pk, *row) for c, _, p in opened for row in p.parties),
    )
    clock_columns = ("key", "run", "started_at", "due_at", "status", "stopped_at", "is_open")
    copy_in(
        "cases_caseclock",
        ("case_id", *clock_columns),
        ((c.pk, *row) for c, _, p in opened for row in p.clocks),
    )
    copy_in(
        "cases_casedesk",
        ("case_id", "unit", "waits", "due_at"),
        (
            (c.pk, unit, list(roles), c.next_due_at)
            for c, _, p in opened
            for unit, roles in p.desks.items()
        ),
    )
    copy_in(
        "cases_telling",
        ("case_id", "seq", "action", "at"),
        ((c.pk, e.seq, e.action, e.at) for c, e, p in opened if p.tells),
    )
    save_rows(row for _, _, projection in opened for row in projection.personal)


def _answered(key: str, asked: str) -> list[str] | None:
    """The numbers that the key's first call gave; a batch that runs at this moment is waited for."""
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    rows = run("SELECT asked, numbers FROM cases_batchreceipt WHERE key = %s", [key])
    if not rows:
        return None
    if rows[0][0] != asked:
        raise Refusal(
            "key_reused",
            N_("幂等键“%(key)s”已用于另一个请求。"),
            remedy=N_("请为新的请求换一个键。"),
            params={"key": key},
        )
    numbers: list[str] = json.loads(rows[0][1])
    return numbers


def _keep(key: str, asked: str, opened: Sequence[New]) -> None:
    numbers = json.dumps([case.number for case, _, _ in opened])
    run(
        "INSERT INTO cases_batchreceipt (key, asked, numbers) VALUES (%s, %s, %s)",
        [key, asked, numbers],
    )
