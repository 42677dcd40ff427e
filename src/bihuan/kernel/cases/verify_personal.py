"""Checks personal values against the events that refer to them: each is there, unchanged, or erased by an event. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.personal import ERASE, QUIET, SEALED, is_reference
from bihuan.kernel.privacy.masks import mask
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.sealing import Altered, lookup_of, open_value
from bihuan.kernel.privacy.store import destroyed

CHUNK = 1000


@dataclass(frozen=True)
class Mention:
    """Where an event refers to a sealed value, and the tag that it pins."""

    stream: str
    seq: int
    tag: str


def verify_personal() -> Iterator[Fault]:
    """Every personal value that is missing, changed, exchanged, added, or erased without an event."""
    mentions = _mentions()
    erased = _erased()
    for row in PersonalValue.objects.order_by("pk").iterator(chunk_size=CHUNK):
        mention = mentions.pop(row.pk, None)
        if mention is None or mention.stream != row.stream:
            yield Fault(
                row.stream, 0, "inserted", f"个人信息 {row.pk} 不是任何事件带来的",
                f"no event brought the personal value {row.pk}",
            )  # fmt: skip
        elif fault := _compare(row, mention, erased):
            yield fault
    for pk, mention in sorted(mentions.items()):
        yield _fault(mention, "missing", f"个人信息 {pk} 缺失", f"personal value {pk} is missing")


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


def _mentions() -> dict[str, Mention]:
    """Id → the first mention; an action that copies a value between fields mentions it again."""
    found: dict[str, Mention] = {}
    events = Event.objects.filter(body__contains=f'"{SEALED}":').order_by("id")
    for event in events.iterator(chunk_size=CHUNK):
        if event.action in QUIET:
            continue
        for part in (event.content.get("edits"), event.content.get("given")):
            for value in (part or {}).values():
                if is_reference(value):
                    mention = Mention(event.stream, event.seq, str(value["tag"]))
                    found.setdefault(str(value[SEALED]), mention)
    return found


def _erased() -> set[tuple[str, str]]:
    events = Event.objects.filter(action=ERASE).exclude(matter="").iterator(chunk_size=CHUNK)
    return {(event.stream, pk) for event in events for pk in event.content["given"]["values"]}


def _fault(mention: Mention, kind: str, message: str, message_en: str) -> Fault:
    return Fault(mention.stream, mention.seq, kind, message, message_en)
