"""Checks evidence (佐证): every row against the event that brought it, every file against its digest. Reads only."""

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.kernel.cases.models import Evidence
from bihuan.kernel.cases.storage import is_whole
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.parts import Part, Step

CHUNK = 200


def files_part() -> Part:
    """Every file that a case shows, in chunks."""

    def part(at: str, done: int) -> Iterator[Step]:
        total = Evidence.objects.count()
        after = int(at or 0)
        while rows := list(
            Evidence.objects.filter(pk__gt=after).select_related("case").order_by("pk")[:CHUNK]
        ):
            after, done = rows[-1].pk, done + len(rows)
            yield Step(str(after), done, max(total, done), tuple(_verify(rows)))

    return part


def _verify(rows: list[Evidence]) -> Iterator[Fault]:
    streams = {row.case.number for row in rows}
    numbers = {row.seq for row in rows}
    events = {
        (event.stream, event.seq): event
        for event in Event.objects.filter(stream__in=streams, seq__in=numbers)
    }
    for row in rows:
        event = events.get((row.case.number, row.seq))
        if event is None or not _is_named(event, row):
            yield _fault(
                row, "inserted", f"佐证 {row.name} 不是此事件带来的", "no event brought this file"
            )
        elif not is_whole(row.sha256):
            yield _fault(
                row,
                "missing",
                f"佐证文件 {row.name} 缺失或被改",
                "the file is missing or was changed",
            )


def _is_named(event: Event, row: Evidence) -> bool:
    """Whether the event names the file; an event that cannot be read names none."""
    try:
        content: Mapping[str, Any] = event.content
        files = {**content["edits"], **content["given"]}.get(row.field) or []
        brought = {(file["sha256"], file["name"]) for file in files}
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return (row.sha256, row.name) in brought


def _fault(row: Evidence, kind: str, message: str, message_en: str) -> Fault:
    return Fault(row.case.number, row.seq, kind, message, message_en)
