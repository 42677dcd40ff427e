"""What is kept of handing on (转外部平台): the sealed keys of the platforms, and how far each demand has come there."""

from typing import ClassVar

from django.db import models

from bihuan.kernel.cases.models import Case

# WAITING: to be sent; SENDING: somebody is at it; STUCK: a person decides; OPEN: taken there, asked after; OVER: no more.
WAITING, SENDING, STUCK, OPEN, OVER = "waiting", "sending", "stuck", "open", "over"


class PeerKey(models.Model):
    """The key by which we send to a platform, sealed; `peer` is its code in the catalog."""

    peer = models.CharField(max_length=40, primary_key=True)
    nonce = models.BinaryField()
    sealed = models.BinaryField()
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.peer


class Handing(models.Model):
    """One handing on of a demand: `seq` is the event that began it. The case is the truth; this is how far it has come."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    seq = models.IntegerField()
    decided = models.IntegerField()  # the newest event by which a person said what to do
    peer = models.CharField(max_length=40)
    status = models.CharField(max_length=10, default=WAITING)
    number = models.CharField(max_length=80, blank=True)
    token = models.CharField(max_length=80, blank=True)
    heard = models.CharField(max_length=64, blank=True)  # digest of what they said last
    attempts = models.IntegerField(default=0)
    quiet = models.IntegerField(default=0)  # how often in a row there was nothing new
    detail = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField()

    class Meta:
        """One row for each handing on; the worker looks for what is due."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_row_per_handing")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(status__in=("waiting", "sending", "open")),
                name="handing_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} → {self.peer} {self.status}"
