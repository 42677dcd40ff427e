"""Checks frozen months: each against its event, its digest, and against the ledger by computing it anew. Reads only."""

from collections.abc import Iterator

from bihuan.kernel.appraisal.freeze import FREEZE, STREAM
from bihuan.kernel.appraisal.models import Snapshot
from bihuan.kernel.appraisal.reading import body_of
from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.catalog.appraisal import AppraisalVersion
from bihuan.kernel.ledger.chain import digest
from bihuan.kernel.ledger.faults import Fault
from bihuan.kernel.ledger.models import Event


def recompute(snapshot: Snapshot) -> str:
    """The body of a snapshot from the ledger alone; byte for byte what was frozen, or something is wrong."""
    version = AppraisalVersion.model_validate(snapshot.content["version"])
    return body_of(snapshot.month, version, snapshot.upto)


def verify_snapshots() -> Iterator[Fault]:
    """Every frozen month that is missing, changed, added, or that the ledger does not bear out."""
    kept = {snapshot.seq: snapshot for snapshot in Snapshot.objects.select_related("replaces")}
    for event in Event.objects.filter(stream=STREAM, action=FREEZE).order_by("seq"):
        snapshot = kept.pop(event.seq, None)
        month = event.content["month"]
        if snapshot is None:
            yield _fault(event.seq, "missing", f"{month} 的考核快照缺失", "the snapshot is missing")
        elif not _fits(snapshot, event):
            yield _fault(
                event.seq, "changed", f"{month} 的考核快照被改动", "the snapshot was changed"
            )
        elif recompute(snapshot) != snapshot.body:
            yield _fault(
                event.seq, "projection", f"{month} 的考核与台账推算不符",
                "the ledger gives other numbers than were frozen",
            )  # fmt: skip
    for seq, snapshot in sorted(kept.items()):
        yield _fault(
            seq,
            "inserted",
            f"{snapshot.month} 的考核快照不是事件所记",
            "no event froze this snapshot",
        )


def _fits(snapshot: Snapshot, event: Event) -> bool:
    content = event.content
    replaces = snapshot.replaces.digest if snapshot.replaces else ""
    return (
        digest(algorithm(), snapshot.body.encode()) == snapshot.digest == content["digest"]
        and (snapshot.month, snapshot.upto) == (content["month"], content["upto"])
        and (replaces, snapshot.reason) == (content["replaces"], content["reason"])
        and (snapshot.at, snapshot.person_name, snapshot.post)
        == (event.at, event.person_name, event.post)
        and (snapshot.content["month"], snapshot.content["upto"]) == (snapshot.month, snapshot.upto)
    )


def _fault(seq: int, kind: str, message: str, message_en: str) -> Fault:
    return Fault(STREAM, seq, kind, message, message_en)
