"""Tables of likeness: the signature of every open demand, the traits it is looked up by, and what is to be read anew."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from bihuan.kernel.cases.models import Case


class Likeness(models.Model):
    """What an open demand is compared by; derived from its title, content and place, and gone when it ends."""

    case = models.OneToOneField(
        Case, models.CASCADE, related_name="+", db_constraint=False, primary_key=True
    )
    sketch = models.BinaryField()
    county = models.CharField(max_length=12, blank=True)
    spots = ArrayField(models.IntegerField())  # the villages, roads and estates it names
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    traits = ArrayField(models.IntegerField())

    def __str__(self) -> str:
        return str(self.case_id)


class LikenessTrait(models.Model):
    """A demand under one of its traits: a hash of weighty words, of a place it names, or of its square on the map."""

    pk = models.CompositePrimaryKey("trait", "case_id")
    trait = models.IntegerField()
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    def __str__(self) -> str:
        return f"{self.trait} ← {self.case_id}"


class LikenessUnread(models.Model):
    """A demand that was told, changed in its words, or ended, and was not read into likeness yet.

    A trigger adds it in the transaction of the move. There may be several rows of a demand.
    """

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    def __str__(self) -> str:
        return str(self.case_id)
