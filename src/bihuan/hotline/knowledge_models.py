"""Tables of the knowledge base: what is offered (derived from the ledger), how often it was used, what is to be read anew."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from bihuan.kernel.cases.models import Case


class Article(models.Model):
    """A published article (知识条目) in the words that were last checked; a later draft does not show here."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="article")
    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    answer = models.TextField()
    keywords = models.CharField(max_length=200, blank=True)
    document = models.CharField(max_length=200)
    document_number = models.CharField(max_length=80, blank=True)
    dated = models.DateField(null=True)
    audience = models.CharField(max_length=20)
    region = models.CharField(max_length=12, blank=True)
    unit = models.CharField(max_length=64)
    expires = models.DateField(null=True)
    state = models.CharField(
        max_length=40
    )  # of the case: whether it waits for a review or a correction
    published_at = models.DateTimeField()
    uses = models.IntegerField(default=0)
    # One syllable for each character, so that a match by sound can be shown in the text.
    title_sounds = models.TextField()
    keyword_sounds = models.TextField(blank=True)
    heads = SearchVectorField()  # tokens of title and keywords, by writing and by sound
    whole = SearchVectorField()  # the same and those of the answer and the document

    class Meta:
        """Searched by tokens, browsed by unit, offered by use."""

        indexes: ClassVar = [
            GinIndex(fields=["heads"], name="article_heads"),
            GinIndex(fields=["whole"], name="article_whole"),
            models.Index(fields=["-uses", "case"], name="article_by_use"),
            models.Index(fields=["unit", "title"], name="article_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ArticleUse(models.Model):
    """A demand that was answered from an article: counted once each."""

    demand = models.OneToOneField(Case, models.PROTECT, related_name="article_use")
    number = models.CharField(max_length=40, db_index=True)

    def __str__(self) -> str:
        return f"{self.demand_id} ← {self.number}"


class Unread(models.Model):
    """A case that moved and was not read into the index yet; a trigger adds it in the transaction of the move.

    There may be several rows of a case: a reader takes away only those that it saw before it read.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_constraint=False)

    def __str__(self) -> str:
        return str(self.case_id)
