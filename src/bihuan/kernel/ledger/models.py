"""The ledger (台账): one row an event, never changed, never deleted; the database refuses both by trigger."""

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One event of a stream (a case number, or one of own.OWN_STREAMS). `hash` covers every column but the id."""

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
    content = models.JSONField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """A stream has each sequence number once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="one_event_per_seq")
        ]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"


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
