"""Replays cases in chunks and compares every projection: row, desks, search words, parties, clocks, notices. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, connection

from bihuan.kernel.cases.city import algorithm, city, matter_at, work_calendar
from bihuan.kernel.cases.desks import desks_of
from bihuan.kernel.cases.history import fold
from bihuan.kernel.cases.models import Case, CaseClock, CaseDesk, CaseParty, Notice, Telling
from bihuan.kernel.cases.project import (
    CLOCK_COLUMNS,
    clock_columns,
    parties_of,
    project_row,
    search_document,
    told_of,
)
from bihuan.kernel.errors import KernelError
from bihuan.kernel.ledger.diagnose import Known
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.parts import Part, Step
from bihuan.kernel.ledger.verify import one_view, verify_stream
from bihuan.kernel.matters.clocks import derive_clocks
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import Moved
from bihuan.kernel.matters.personal import QUIET

CHUNK = 500
COLUMNS = ("title", "state", "return_to", "owner_id", "data", "moved_at", "end", "ended_at")
_OTHER_WORDS = """
SELECT c.id FROM unnest(%s::bigint[], %s::text[]) AS t(id, words) JOIN cases_case c USING (id)
WHERE c.search IS DISTINCT FROM t.words::tsvector ORDER BY c.id
"""
# What an altered event or definition can break on the way; each is a fault of that case, never the end of the check.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, KernelError, ObjectDoesNotExist)


@dataclass
class Kept:
    """What the tables hold of one case."""

    case: Case
    parent: str
    root: str
    events: list[Event] = field(default_factory=list)
    parties: set[tuple[str, str]] = field(default_factory=set)
    clocks: list[CaseClock] = field(default_factory=list)
    desks: list[CaseDesk] = field(default_factory=list)
    notices: set[tuple[object, ...]] = field(default_factory=set)
    tellings: set[tuple[object, ...]] = field(default_factory=set)


def cases_part(now: datetime) -> Part:
    """Every case against its events, in chunks, with one query a table and chunk."""

    def part(at: str, done: int) -> Iterator[Step]:
        total = Case.objects.count()
        after = int(at or 0)
        while True:
            with one_view():
                found = Case.objects.filter(pk__gt=after).order_by("pk")
                keys = list(found.values_list("pk", flat=True)[:CHUNK])
                faults = tuple(_verify(keys, now))
            if not keys:
                return
            after, done = keys[-1], done + len(keys)
            yield Step(str(after), done, max(total, done), faults)

    return part


def _verify(keys: list[int], now: datetime) -> Iterator[Fault]:
    """The faults of a chunk; a value that cannot even be read is looked for case by case."""
    try:
        chunk = _read(keys)
    except DataError:
        if len(keys) > 1:
            for key in keys:
                yield from _verify([key], now)
            return
        number = Case.objects.filter(pk=keys[0]).values_list("number", flat=True).get()
        yield Fault(
            number,
            1,
            "changed",
            "办件或其事件无法读出",
            "the case or an event of it cannot be read",
        )
        return
    for kept in chunk:
        yield from _verify_case(kept, now)
    yield from _verify_words(chunk)


def _read(keys: list[int]) -> Iterable[Kept]:
    rows = Case.objects.filter(pk__in=keys).select_related("parent", "root").order_by("pk")
    kept = {
        case.pk: Kept(
            case,
            case.parent.number if case.parent else "",
            case.root.number if case.root else "",
        )
        for case in rows
    }
    streams = {entry.case.number: entry for entry in kept.values()}
    for event in Event.objects.filter(stream__in=streams).order_by("stream", "seq"):
        streams[event.stream].events.append(event)
    for party in CaseParty.objects.filter(case__in=keys):
        kept[party.case_id].parties.add((party.field, party.unit_id))
    for clock in CaseClock.objects.filter(case__in=keys):
        kept[clock.case_id].clocks.append(clock)
    for desk in CaseDesk.objects.filter(case__in=keys):
        kept[desk.case_id].desks.append(desk)
    for notice in Notice.objects.filter(case__in=keys):
        kept[notice.case_id].notices.add((notice.seq, notice.unit_id, notice.action, notice.at))
    for telling in Telling.objects.filter(case__in=keys):
        kept[telling.case_id].tellings.add((telling.seq, telling.action, telling.at))
    return kept.values()


def _verify_words(chunk: Iterable[Kept]) -> Iterator[Fault]:
    """The cases whose search words are not those of their row."""
    wanted: dict[int, str] = {}
    cases = {kept.case.pk: kept.case for kept in chunk}
    for case in cases.values():
        try:
            wanted[case.pk] = search_document(matter_at(case.matter, case.version)[0], case)
        except UNREADABLE:
            continue  # its replay says so
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_WORDS, [list(wanted), list(wanted.values())])
        for (key,) in cursor.fetchall():
            yield _differs(
                cases[key], "查找用字与办件不符", "the search words disagree with the case"
            )


def _verify_case(kept: Kept, now: datetime) -> Iterator[Fault]:
    case = kept.case
    if not kept.events:
        yield Fault(case.number, 1, "removed", "办件没有任何事件", "the case has no event")
        return
    last = kept.events[-1]
    if (last.seq, last.hash) != (case.seq, case.head):
        yield from verify_stream(algorithm(), case.number, head=Known(case.seq, case.head))
    try:
        yield from _replayed(kept, now)
    except UNREADABLE as error:
        shown = f"{type(error).__name__}: {error!s:.80}"
        yield _fault(
            case, "changed", f"事件无法重演 {shown}", f"its events cannot be replayed: {shown}"
        )


def _replayed(kept: Kept, now: datetime) -> Iterator[Fault]:
    matter, definition = matter_at(kept.case.matter, kept.case.version)
    moves = fold(kept.events)
    yield from _verify_row(kept, matter, moves)
    if any(
        (event.matter, event.version, event.definition) != (matter.key, matter.version, definition)
        for event in kept.events
    ):
        yield _fault(
            kept.case,
            "changed",
            "事项定义与事件所记不符",
            "the definition is not the one the events pin",
        )
    yield from _verify_place(kept)
    yield from _verify_clocks(kept, matter, moves, now)
    yield from _verify_sets(kept, matter, moves)


def _verify_row(kept: Kept, matter: Matter, moves: list[Moved]) -> Iterator[Fault]:
    case = kept.case
    replayed = Case(number=case.number)
    moving = next(event for event in reversed(kept.events) if event.action not in QUIET)
    for event in dict.fromkeys((moving, kept.events[-1])):
        project_row(replayed, matter, event, dict(moves[-1].data))
    for name in COLUMNS:
        if getattr(replayed, name) != getattr(case, name):
            shown = f"{name}: {getattr(case, name)!r:.60} ≠ {getattr(replayed, name)!r:.60}"
            yield _differs(
                case,
                f"办件与事件不符 {shown}",
                f"the case's row disagrees with its events: {shown}",
            )


def _verify_place(kept: Kept) -> Iterator[Fault]:
    """When it was opened, by which case, and under which report."""
    case = kept.case
    parent = case.parent
    root = (parent.root_id or parent.pk) if parent else None
    opened = (kept.events[0].at, kept.events[0].content["parent"], root)
    if (case.opened_at, kept.parent, case.root_id) != opened:
        yield _differs(
            case, "开立时间、上级办件或所属报告与事件不符",
            "opening instant, parent or root disagrees with the events",
        )  # fmt: skip


def _verify_sets(kept: Kept, matter: Matter, moves: list[Moved]) -> Iterator[Fault]:
    case, data = kept.case, moves[-1].data
    if set(parties_of(matter, data)) != kept.parties:
        yield _differs(case, "参与单位与事件不符", "the parties disagree with the events")
    desks = {
        (unit, tuple(roles), case.next_due_at)
        for unit, roles in desks_of(matter, str(kept.events[-1].content["to"]), data).items()
    }
    if desks != {(desk.unit, tuple(desk.waits), desk.due_at) for desk in kept.desks}:
        yield _differs(case, "案头与事件不符", "the desks disagree with the events")
    if kept.notices != set(_notices(matter, kept.events, moves)):
        yield _differs(case, "通知与事件不符", "the notices disagree with the events")
    told = {
        (event.seq, event.action, event.at)
        for event in kept.events
        if matter.tells_of(event.action)
    }
    if kept.tellings != told:
        yield _differs(case, "告知与事件不符", "what is told outside disagrees with the events")


def _notices(
    matter: Matter, events: list[Event], moves: list[Moved]
) -> Iterator[tuple[object, ...]]:
    """What the events told to whom, as (seq, unit, action, instant)."""
    for event, move in zip(events, moves, strict=True):
        action = matter.actions.get(event.action)
        for unit in told_of(action, move.data, event.unit) if action else ():
            yield event.seq, unit, event.action, event.at


def _verify_clocks(
    kept: Kept, matter: Matter, moves: list[Moved], now: datetime
) -> Iterator[Fault]:
    """Stored runs against derived ones; runs that began after the last look at the case need not be stored yet."""
    case = kept.case
    derived = {
        (c.key, c.run): c
        for c in derive_clocks(
            matter, moves, work_calendar(), city().parameters, max(now, case.moved_at)
        )
    }
    stored = {(row.key, row.run): row for row in kept.clocks}
    owed = {pair for pair, state in derived.items() if state.started_at <= kept.events[-1].at}
    for pair in sorted(owed.union(stored)):
        row, state = stored.get(pair), derived.get(pair)
        names = ("started_at", "due_at") if row and row.is_open else CLOCK_COLUMNS
        if (
            row is None
            or state is None
            or any(clock_columns(state)[name] != getattr(row, name) for name in names)
        ):
            label = matter.clocks[pair[0]].label if pair[0] in matter.clocks else pair[0]
            yield _differs(
                case, f"时限 {label} 与事件推算不符",
                f"clock {pair[0]}/{pair[1]} disagrees with what the events give",
            )  # fmt: skip
    due = [row.due_at for row in kept.clocks if row.is_open and row.due_at]
    if case.next_due_at != min(due, default=None):
        yield _differs(
            case, "下一到期时间与时限不符", "the next due instant disagrees with the clocks"
        )


def _differs(case: Case, message: str, message_en: str) -> Fault:
    return _fault(case, "projection", message, message_en)


def _fault(case: Case, kind: str, message: str, message_en: str) -> Fault:
    return Fault(case.number, case.seq, kind, message, message_en)
