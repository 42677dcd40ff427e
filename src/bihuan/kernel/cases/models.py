"""Cases and what is projected from their events (办件). Written by the engine alone; rebuilt by replay."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.models import Unit

# A projection is written by the engine in the statement that stores its event, and compared with the events by verify:
# it needs no check of its own for every row. What is searched by it has an index that begins with another column, or is unique.
PROJECTED: dict[str, Any] = {"db_constraint": False, "db_index": False}


class MatterVersion(models.Model):
    """A matter as it was loaded from the catalog; a case stays on the version it was opened with."""

    key = models.CharField(max_length=60)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    definition = models.JSONField()

    class Meta:
        """A version is loaded once and never changed."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="one_matter_version")
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Case(models.Model):
    """One instance of a matter (办件): where it stands now, projected from its events."""

    number = models.CharField(max_length=40)
    matter = models.CharField(max_length=60)
    version = models.IntegerField()
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=40)
    return_to = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="owned_cases", **PROJECTED
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    root = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="descendants", **PROJECTED
    )
    data = models.JSONField()
    seq = models.IntegerField()
    head = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, blank=True)
    next_due_at = models.DateTimeField(null=True)
    # What a call with an idempotency key led to, and whether the key had come before; in memory only.
    answer: Event | None = None
    is_repeated: bool = False

    class Meta:
        """Lists go by due instant, by matter and state, by report."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="one_case_per_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["matter", "state", "next_due_at", "id"], name="case_matter_state"),
            models.Index(fields=["root", "matter"], name="case_root_matter"),
            models.Index(fields=["next_due_at", "id"], name="case_due"),
            models.Index(
                fields=["next_due_at", "id"],
                condition=models.Q(end="", next_due_at__isnull=True),
                name="case_undated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseParty(models.Model):
    """A unit that takes part in a case, and as what: the projection of its unit fields."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties", **PROJECTED)
    field = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="part_in", db_constraint=False)

    class Meta:
        """A unit takes one part once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "field", "unit"], name="one_party")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field} {self.unit_id}"


class CaseDesk(models.Model):
    """A case on a unit's desk (案头): what lists of one's own and of waiting work are read from.

    One row for each unit that takes part, with the roles of its posts for which the present state's primary action
    waits; a row without unit (empty) holds the roles that wait for it wherever they sit.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="desks", **PROJECTED)
    unit = models.CharField(max_length=64, blank=True)
    waits = ArrayField(models.CharField(max_length=40))
    due_at = models.DateTimeField(null=True)

    class Meta:
        """A unit's desk in the order of the clocks; the part that waits for somebody apart."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "unit"], name="one_desk_row")
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "due_at", "case"], name="desk_of_unit"),
            models.Index(
                fields=["unit", "due_at", "case"],
                name="desk_waiting",
                condition=~models.Q(waits=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} ← {self.case_id}"


class CaseClock(models.Model):
    """A run of a clock (时限), as derived from the events when the case last moved."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks", **PROJECTED)
    key = models.CharField(max_length=40)
    run = models.IntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10)
    stopped_at = models.DateTimeField(null=True)
    is_open = models.BooleanField()

    class Meta:
        """Open clocks are searched by their due instant."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "key", "run"], name="one_clock_run")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=models.Q(is_open=True), name="open_clocks_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}/{self.run} {self.status}"


class Evidence(models.Model):
    """A file that an event brought (佐证); the bytes lie in the file store under their digest."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    seq = models.IntegerField()
    field = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """A notice that waits to be delivered (发件箱): written with the event, sent later."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    seq = models.IntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="notices")
    action = models.CharField(max_length=60)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """One notice an event and unit, whoever delivers it how often."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq", "unit"], name="one_notice")
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "id"], name="notice_of_unit"),
            models.Index(
                fields=["unit", "id"],
                condition=models.Q(read_at__isnull=True),
                name="notice_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} → {self.unit_id}"


class Telling(models.Model):
    """An event that persons outside are told of (告知): written with it, spread to each of them by the delivery worker.

    `upto` is the last follower that was looked at, so that spreading goes on where it stopped.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="tellings")
    seq = models.IntegerField()
    action = models.CharField(max_length=60)
    at = models.DateTimeField()
    upto = models.BigIntegerField(null=True)
    spread_at = models.DateTimeField(null=True)

    class Meta:
        """One row an event; the worker looks for those that are not spread."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_telling")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(spread_at__isnull=True),
                name="telling_unspread",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} {self.action}"


class Receipt(models.Model):
    """The first answer to an idempotency key (幂等键): the same key again gets the same answer."""

    key = models.CharField(max_length=120, primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="receipts", **PROJECTED)
    seq = models.IntegerField()
    asked = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.key


class BatchReceipt(models.Model):
    """The first answer to the idempotency key of a batch: the numbers that it gave."""

    key = models.CharField(max_length=120, primary_key=True)
    asked = models.CharField(max_length=64)
    numbers = models.TextField()

    def __str__(self) -> str:
        return self.key


class Counter(models.Model):
    """The last number given in a series such as RW2023; without gaps, so that a missing case shows."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}{self.last:05d}"
