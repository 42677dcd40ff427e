"""Frozen months (考核快照): what was computed, as the canonical text that was hashed. Never changed, never deleted."""

import json
from functools import cached_property
from typing import Any, ClassVar

from django.db import models


class Snapshot(models.Model):
    """One month as it was frozen; a correction is another row that names the one it replaces.

    `body` is {"month", "upto", "version", "rows"} in canonical form: the measures in force, and the rows computed from
    the events of the ledger up to the id `upto`.
    """

    month = models.CharField(max_length=7)
    upto = models.BigIntegerField()
    body = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    seq = models.IntegerField(unique=True)
    person_name = models.CharField(max_length=50)
    post = models.CharField(max_length=64, blank=True)

    class Meta:
        """A month is frozen once; after that there are only corrections."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month"], condition=models.Q(replaces=None), name="one_first_snapshot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.digest[:12]}"

    @cached_property
    def content(self) -> dict[str, Any]:
        """What was hashed, read from the body."""
        content: dict[str, Any] = json.loads(self.body)
        return content
