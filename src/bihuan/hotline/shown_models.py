"""Which demands the public may see (公开诉求), and coarsely where: kept by a trigger, so that nobody can forget to hide one."""

from typing import ClassVar

from django.db import models

from bihuan.kernel.cases.models import Case


class Shown(models.Model):
    """A demand that may be shown: someone at the hotline has dispatched it, and its teller asked for no silence.

    The migration holds the rule, the only one: `hotline_may_show`. `north` and `east` count cells of the finest grid from
    the equator and from Greenwich; the exact place is never copied here.
    """

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="shown", db_constraint=False
    )
    north = models.IntegerField(null=True)
    east = models.IntegerField(null=True)
    division = models.CharField(
        max_length=2, blank=True
    )  # first-level class (大类) of the category
    until = models.DateTimeField()  # when it ended; far in the future where it has not

    class Meta:
        """Read by box, and by how fresh it is where the box is the whole city."""

        indexes: ClassVar = [
            models.Index(
                fields=["north", "east", "until", "division"],
                condition=models.Q(north__isnull=False),
                name="shown_by_place",
            ),
            models.Index(
                fields=["until", "north", "east", "division"],
                condition=models.Q(north__isnull=False),
                name="shown_by_age",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class Helped(models.Model):
    """How often readers said that an article helped (有帮助) or did not: two numbers, and nothing about who said it."""

    number = models.CharField(max_length=40, primary_key=True)
    yes = models.IntegerField(default=0)
    no = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.number} {self.yes}:{self.no}"
