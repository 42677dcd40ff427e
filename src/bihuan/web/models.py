"""What people keep of the lists (清单、关注): saved filters and watched cases. No case and no event depends on it."""

from typing import ClassVar

from django.db import models

from bihuan.kernel.cases.models import Case
from bihuan.kernel.orgs.models import Person


class SavedList(models.Model):
    """A list under a name (保存的清单): one's own, or shared with one's unit. Whoever opens it sees what they may see."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="saved_lists")
    unit = models.CharField(max_length=64, blank=True, db_index=True)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)
    saved_at = models.DateTimeField()

    class Meta:
        """A name stands once in a person's lists."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "name"], name="one_saved_list")
        ]

    def __str__(self) -> str:
        return self.name


class Watch(models.Model):
    """A case that somebody watches (关注)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="watches")
    case = models.ForeignKey(Case, models.PROTECT, related_name="watches")
    since = models.DateTimeField()

    class Meta:
        """Once for each person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "case"], name="one_watch")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.case_id}"
