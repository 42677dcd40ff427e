"""Checks cases against their events: replays each and compares every projected column. Reads only."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bihuan.kernel.cases.city import algorithm, city, definition_digest, matter_at, work_calendar
from bihuan.kernel.cases.evidence import path_of
from bihuan.kernel.cases.history import events_of, fold
from bihuan.kernel.cases.models import Case, CaseClock, Counter, Evidence, MatterVersion
from bihuan.kernel.cases.permissions import party_codes
from bihuan.kernel.cases.project import CLOCK_COLUMNS, clock_columns, project_row
from bihuan.kernel.cases.verify_orgs import verify_orgs
from bihuan.kernel.cases.verify_personal import verify_personal
from bihuan.kernel.ledger.models import OWN_STREAMS, Event
from bihuan.kernel.ledger.verify import Fault, Progress, verify_events, verify_seals
from bihuan.kernel.matters.clocks import derive_clocks
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.personal import QUIET

COLUMNS = (
    "title", "state", "return_to", "owner_id", "data", "seq", "head", "moved_at", "end", "ended_at",
)  # fmt: skip


def verify_all(now: datetime, progress: Progress | None = None) -> Iterator[Fault]:
    """Every fault in the ledger, its seals, definitions, numbers, organisation, cases and evidence."""
    yield from verify_events(algorithm(), progress)
    yield from verify_seals(algorithm())
    yield from _verify_definitions()
    yield from _verify_numbers()
    yield from verify_orgs()
    for case in Case.objects.order_by("pk").iterator(chunk_size=500):
        yield from _verify_case(case, now)
    for evidence in Evidence.objects.select_related("case").order_by("pk").iterator(chunk_size=500):
        yield from _verify_evidence(evidence)
    yield from verify_personal()


def _verify_case(case: Case, now: datetime) -> Iterator[Fault]:
    events = events_of(case)
    if not events:
        yield _fault(case, 1, "missing", "办件没有任何事件", "the case has no event")
        return
    matter, definition = matter_at(case.matter, case.version)
    moves = fold(events)
    replayed = Case(number=case.number)
    last_move = next(event for event in reversed(events) if event.action not in QUIET)
    for event in dict.fromkeys((last_move, events[-1])):
        project_row(replayed, matter, event, dict(moves[-1].data))
    for name in COLUMNS:
        if getattr(replayed, name) != getattr(case, name):
            shown = f"{name}: {getattr(case, name)!r:.60} ≠ {getattr(replayed, name)!r:.60}"
            yield _fault(
                case,
                case.seq,
                "projection",
                f"办件与事件不符 {shown}",
                f"the case's row disagrees with its events: {shown}",
            )
    if any(event.definition != definition for event in events):
        yield _fault(
            case,
            1,
            "changed",
            "事项定义与事件所记不符",
            "the definition is not the one the events pin",
        )
    if (
        case.opened_at != events[0].at
        or (case.parent.number if case.parent else "") != events[0].content["parent"]
    ):
        yield _fault(
            case,
            1,
            "projection",
            "开立时间或上级办件与事件不符",
            "opening instant or parent disagrees with the events",
        )
    yield from _verify_parties(case, matter)
    yield from _verify_clocks(case, matter, events, now)


def _verify_parties(case: Case, matter: Matter) -> Iterator[Fault]:
    wanted = {(name, code) for name in matter.unit_fields for code in party_codes(case.data, name)}
    if wanted != set(case.parties.values_list("field", "unit_id")):
        yield _fault(
            case,
            case.seq,
            "projection",
            "参与单位与事件不符",
            "the parties disagree with the events",
        )


def _verify_clocks(
    case: Case, matter: Matter, events: list[Event], now: datetime
) -> Iterator[Fault]:
    moves = fold(events)
    derived = {
        (c.key, c.run): c
        for c in derive_clocks(
            matter, moves, work_calendar(), city().parameters, max(now, case.moved_at)
        )
    }
    for row in CaseClock.objects.filter(case=case):
        state = derived.get((row.key, row.run))
        names = ("started_at", "due_at") if row.is_open else CLOCK_COLUMNS
        if state is None or any(clock_columns(state)[name] != getattr(row, name) for name in names):
            yield _fault(
                case, case.seq, "projection",
                f"时限 {matter.clocks[row.key].label if row.key in matter.clocks else row.key} 与事件推算不符",
                f"clock {row.key}/{row.run} disagrees with what the events give",
            )  # fmt: skip


def _verify_definitions() -> Iterator[Fault]:
    for row in MatterVersion.objects.order_by("pk"):
        if definition_digest(Matter.model_validate(row.definition)) != row.digest:
            yield Fault(
                row.key,
                row.version,
                "changed",
                "事项定义被改动",
                "the stored definition was changed",
            )


def _verify_numbers() -> Iterator[Fault]:
    """Numbers run without gaps: a case taken out whole shows here and names itself."""
    numbers = set(Case.objects.values_list("number", flat=True))
    streams = set(Event.objects.filter(seq=1).values_list("stream", flat=True))
    expected = {
        f"{counter.series}{n:05d}"
        for counter in Counter.objects.all()
        for n in range(1, counter.last + 1)
    }
    for number in sorted(expected - numbers):
        yield Fault(
            number,
            1,
            "missing",
            "编号连续，此办件却不存在：整件被删",
            "numbers have no gaps, yet this case is gone",
        )
    for number in sorted((numbers | streams - OWN_STREAMS) - expected):
        yield Fault(number, 1, "inserted", "此编号从未发放", "this number was never given")


def _verify_evidence(evidence: Evidence) -> Iterator[Fault]:
    path: Path = path_of(evidence.sha256)
    event = Event.objects.filter(stream=evidence.case.number, seq=evidence.seq).first()
    if event is None or not _is_named(event, evidence):
        yield _fault(
            evidence.case,
            evidence.seq,
            "inserted",
            f"佐证 {evidence.name} 不是此事件带来的",
            "no event brought this file",
        )
    elif not path.exists() or _digest(path) != evidence.sha256:
        yield _fault(
            evidence.case,
            evidence.seq,
            "missing",
            f"佐证文件 {evidence.name} 缺失或被改",
            "the file is missing or was changed",
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_named(event: Event, evidence: Evidence) -> bool:
    content = {**event.content["edits"], **event.content["given"]}
    files = content.get(evidence.field) or []
    return any(
        file["sha256"] == evidence.sha256 and file["name"] == evidence.name for file in files
    )


def _fault(case: Case, seq: int, kind: str, message: str, message_en: str) -> Fault:
    return Fault(case.number, seq, kind, message, message_en)
