"""Checks personal values against the events that refer to them: each is there, unchanged, or erased by an event. Reads only.

A value belongs to one stream, and so do the events that name it: whole streams are read, some at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.kernel.cases.statement import run
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.parts import END, Part, Step
from bihuan.kernel.ledger.verify import one_view
from bihuan.kernel.matters.personal import ERASE, QUIET, SEALED, is_reference
from bihuan.kernel.privacy.masks import mask
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.sealing import Altered, lookup_of, open_value
from bihuan.kernel.privacy.store import destroyed

CHUNK = 1000
STREAMS = 2000  # at a time
NAMES = "SELECT DISTINCT stream FROM ledger_event WHERE stream > %s AND matter <> '' ORDER BY stream LIMIT %s"
STRAYS = """
SELECT p.id, p.stream FROM privacy_personalvalue p
WHERE NOT EXISTS (SELECT 1 FROM ledger_event e WHERE e.stream = p.stream AND e.matter <> '') ORDER BY p.id
"""


@dataclass(frozen=True)
class Mention:
    """Where an event refers to a sealed value, and the tag that it pins."""

    stream: str
    seq: int
    tag: str


def personal_part() -> Part:
    """Every personal value that is missing, changed, exchanged, added, or erased without an event; in ranges of streams."""

    def part(at: str, done: int) -> Iterator[Step]:
        total = PersonalValue.objects.count()
        after = at
        while True:
            with one_view():
                names = [str(name) for (name,) in run(NAMES, [after, STREAMS])]
                faults = tuple(_verify(names) if names else _strays())
                seen = PersonalValue.objects.filter(stream__in=names).count()
            after, done = names[-1] if names else END, done + seen
            yield Step(after, done, max(total, done), faults)
            if not names:
                return

    return part


def verify_personal() -> Iterator[Fault]:
    """The same in one go."""
    for step in personal_part()("", 0):
        yield from step.faults


def _verify(streams: list[str]) -> Iterator[Fault]:
    mentions = _mentions(streams)
    erased = _erased(streams)
    for row in PersonalValue.objects.filter(stream__in=streams).order_by("pk"):
        mention = mentions.pop(row.pk, None)
        if mention is None or mention.stream != row.stream:
            yield _stray(row.pk, row.stream)
        elif fault := _compare(row, mention, erased):
            yield fault
    moved = PersonalValue.objects.filter(pk__in=list(mentions)).values_list("pk", flat=True)
    for pk in moved:  # named in the stream in which it lies now
        del mentions[pk]
    for pk, mention in sorted(mentions.items()):
        yield _fault(mention, "missing", f"个人信息 {pk} 缺失", f"personal value {pk} is missing")


def _strays() -> Iterator[Fault]:
    """Values of a stream that has no event at all."""
    for pk, stream in run(STRAYS):
        yield _stray(str(pk), str(stream))


def _stray(pk: str, stream: str) -> Fault:
    return Fault(
        stream, 0, "inserted", f"个人信息 {pk} 不是任何事件带来的",
        f"no event brought the personal value {pk}",
    )  # fmt: skip


def _compare(row: PersonalValue, mention: Mention, erased: set[tuple[str, str]]) -> Fault | None:
    if row.tag != mention.tag:
        return _fault(
            mention, "changed", "个人信息的校验码与事件不符", "the tag is not the event's"
        )
    if row.erased_at is not None or (row.stream, row.pk) in erased:
        if (row.stream, row.pk) in erased and destroyed(row):
            return None
        return _fault(
            mention, "changed", "个人信息的删除与事件不符", "the erasure is not the one recorded"
        )
    try:
        value = open_value(row)
    except Altered:
        return _fault(
            mention,
            "changed",
            "个人信息的密文被改动或调换",
            "the ciphertext was changed or exchanged",
        )
    except Refusal as refusal:
        return _fault(mention, "changed", str(refusal), "the key does not open this personal value")
    said = (mask(row.kind, value or ""), lookup_of(row.kind, value or ""))
    if said != (row.mask, row.lookup):
        return _fault(
            mention,
            "projection",
            "个人信息的掩码或检索码不符",
            "mask or lookup does not fit the value",
        )
    return None


def _mentions(streams: list[str]) -> dict[str, Mention]:
    """Id → the first mention; an action that copies a value between fields mentions it again."""
    found: dict[str, Mention] = {}
    events = Event.objects.filter(stream__in=streams, body__contains=f'"{SEALED}":').order_by("id")
    for event in events.iterator(chunk_size=CHUNK):
        if event.action in QUIET:
            continue
        for part in (event.content.get("edits"), event.content.get("given")):
            for value in (part or {}).values():
                if is_reference(value):
                    mention = Mention(event.stream, event.seq, str(value["tag"]))
                    found.setdefault(str(value[SEALED]), mention)
    return found


def _erased(streams: list[str]) -> set[tuple[str, str]]:
    events = (
        Event.objects.filter(stream__in=streams, action=ERASE)
        .exclude(matter="")
        .iterator(chunk_size=CHUNK)
    )
    return {(event.stream, pk) for event in events for pk in event.content["given"]["values"]}


def _fault(mention: Mention, kind: str, message: str, message_en: str) -> Fault:
    return Fault(mention.stream, mention.seq, kind, message, message_en)
