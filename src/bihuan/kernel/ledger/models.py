"""The ledger (台账): one row an event, never changed, never deleted; the database refuses both by trigger."""

import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models

# Streams that are no cases: appointments and changes of units, and what the delivery and the HTTP door record.
OWN_STREAMS = frozenset({"posts", "units", "delivery", "api-keys", "appraisal", "simulation"})


class Event(models.Model):
    """One event of a stream (a case number, or one of the ledger's own). `hash` covers every column but the id.

    `body` is the content as the canonical text that was hashed: what is checked is byte for byte what was written.
    """

    stream = models.CharField(max_length=40)
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
    """A seal over all heads of the ledger up to an event: what was removed later shows (封存点)."""

    at = models.DateTimeField()
    upto = models.BigIntegerField()
    streams = models.IntegerField()
    root = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.root[:12]}"
