"""Four plain tables: what a case system writes at the least when a case is opened."""

from django.db import models


class BareCase(models.Model):
    """The case."""

    title = models.CharField(max_length=300)
    state = models.CharField(max_length=40)
    data = models.JSONField()
    opened_at = models.DateTimeField()


class BareEvent(models.Model):
    """That it was opened."""

    case = models.ForeignKey(BareCase, models.PROTECT)
    action = models.CharField(max_length=60)
    at = models.DateTimeField()
    body = models.TextField()


class BareTask(models.Model):
    """Who has it, and by when."""

    case = models.ForeignKey(BareCase, models.PROTECT)
    unit = models.CharField(max_length=64, db_index=True)
    due_at = models.DateTimeField()


class BareAudit(models.Model):
    """Who did it."""

    person = models.BigIntegerField()
    what = models.CharField(max_length=60)
    at = models.DateTimeField()
