"""The one table that the kernel has no place for: the text layer of an imported report."""

from django.db import models

from bihuan.kernel.cases.models import Case


class ReportText(models.Model):
    """The compiled text of a report (报告文本): derived from the file in the evidence store, never edited."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="report_text")
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    sections = models.JSONField()  # [{level, title, start, end}] in source order
    reviewed = models.JSONField()  # clauses of the review part: [{start, end, targets}]

    def __str__(self) -> str:
        return self.name
