"""The ledger (台账): one row an event, never changed, never deleted; the database refuses both by trigger."""

import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models

# Streams that are no cases: appointments and changes of units, and what the delivery, the HTTP door and the hotline record.
OWN_STREAMS = frozenset(
    {"posts", "units", "delivery", "api-keys", "appraisal", "simulation", "hotline-callers"}
)


class Event(models.Model):
    """One event of a stream (a case number, or one of the ledger's own). `hash` covers every column but the id.

    `body` is the content as the canonical text that was hashed: what is checked is byte for byte what was written.
    """

    stream = models.CharField(max_length=40, db_collation="C")
    seq = models.IntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    person = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=50)
    post = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=64, blank=True)
    matter = models.CharField(max_length=60, blank=True)
    version = models.IntegerField(default=0)
    definition = models.CharField(max_length=64, blank=True)
    body = models.TextField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """A stream has each sequence number once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_seq")
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"

    @cached_property
    def content(self) -> dict[str, Any]:
        """What happened, read from the body."""
        content: dict[str, Any] = json.loads(self.body)
        return content


class Checkpoint(models.Model):
    """A seal over all heads of the ledger up to an event, signed (封存点): what is altered or missing later shows.

    `root` is the Merkle root over the heads, `hash` the digest of the canonical content, `signature` that of the key's holder.
    """

    number = models.IntegerField(unique=True)
    at = models.DateTimeField()
    algorithm = models.CharField(max_length=10)
    upto = models.BigIntegerField()
    streams = models.IntegerField()
    root = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    public_key = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"{self.number} {self.root[:12]}"


class SealedHead(models.Model):
    """The head of a stream in the newest checkpoint: bound by its root, so that a missing case has a name (封存的末端)."""

    stream = models.CharField(max_length=40, primary_key=True, db_collation="C")
    seq = models.IntegerField()
    head = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"


class LedgerCheck(models.Model):
    """A check of the whole ledger that somebody asked for (核验): how far it is, and what it found."""

    person = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=50)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    part = models.CharField(max_length=20, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    cases = models.BigIntegerField(default=0)
    found = models.IntegerField(default=0)
    faults = models.JSONField(default=list)  # the first hundred
    failure = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.done}/{self.total}"
