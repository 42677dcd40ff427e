"""The tables that the kernel has no place for: the text layer of an imported report, and reports being compiled."""

import uuid
from typing import ClassVar

from django.db import models

from bihuan.kernel.cases.models import Case
from bihuan.kernel.orgs.models import Person

QUEUED, READING, COMPILING = "queued", "reading", "compiling"
DONE, REFUSED, CANCELLED = "done", "refused", "cancelled"
LIVE = (READING, COMPILING)  # somebody works on it


class ReportText(models.Model):
    """The compiled text of a report (报告文本): derived from the file in the evidence store, never edited."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="report_text")
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    sections = models.JSONField()  # [{level, title, start, end}] in source order
    reviewed = models.JSONField()  # clauses of the review part: [{start, end, targets}]
    spots = models.JSONField(default=list)  # where the text stands in the file (plan.layout)
    pages = models.JSONField(default=list)  # [[width, height]] of each page

    def __str__(self) -> str:
        return self.name


class Compiling(models.Model):
    """A report that somebody dropped (待编译的报告): who, when, how far it is, and what was found.

    Derived from the file in the evidence store and removed after a while; no ledger knows of it.
    """

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    year = models.IntegerField(null=True)
    is_pasted = models.BooleanField(default=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    unit = models.CharField(max_length=64)  # the office of whoever asked
    asked_at = models.DateTimeField()
    touched_at = models.DateTimeField()  # the last sign of life
    state = models.CharField(max_length=10, default=QUEUED)
    attempt = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    refusal = models.JSONField(default=dict)  # {code, message, remedy, params, message_en}
    result = models.BinaryField(null=True)  # plan.compiling_result
    last_sha256 = models.CharField(max_length=64, default="")  # last year's report, to compare with
    last_name = models.CharField(max_length=200, default="")
    changes = models.BinaryField(null=True)  # what became of last year's promises
    report = models.CharField(max_length=40, default="")  # the plan that it was taken into

    class Meta:
        """What waits is found by its state, what is mine by the person."""

        indexes: ClassVar = [
            models.Index(fields=["state", "asked_at"], name="compiling_waiting"),
            models.Index(fields=["person", "-asked_at"], name="compiling_mine"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to it by itself."""
        return self.state in (DONE, REFUSED, CANCELLED)
