"""What a check reports: something that does not agree, where, what kind, and in words."""

from dataclasses import asdict, dataclass

from bihuan.kernel.ledger.diagnose import Finding
from bihuan.kernel.matters.fields import Json

_WORDS = {
    "changed": (
        "事件内容与其哈希不符：此事件被改动",
        "the content does not match its hash: this event was changed",
    ),
    "removed": ("此号事件缺失：被删除", "this event is missing: it was removed"),
    "inserted": (
        "此事件不在链上：后来插入",
        "this event is no link of the chain: it was inserted",
    ),
    "reordered": (
        "此处应有的事件被调换了位置",
        "the event that belongs here was moved to another place",
    ),
    "re-hashed": (
        "此事件（或其前的事件）改写后重算了哈希：后一事件或封存、在案的末端另有所指",
        "this event (or ones before it) was rewritten and hashed anew: "
        "its successor, a seal or the case's row points elsewhere",
    ),
}


@dataclass(frozen=True)
class Fault:
    """Something that does not agree: where (stream and sequence number), what kind, and in words."""

    stream: str
    seq: int
    kind: str  # changed, removed, inserted, reordered, re-hashed, seal, projection, missing
    message: str
    message_en: str

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} [{self.kind}] {self.message} ({self.message_en})"

    def as_json(self) -> dict[str, Json]:
        """The fault as it is kept between two runs."""
        return asdict(self)


def named(stream: str, finding: Finding) -> Fault:
    """A finding about a stream, in words."""
    return Fault(stream, finding.seq, finding.kind, *_WORDS[finding.kind])
