"""What the hotline keeps beside its cases: calls that ring (来电) and counts (限次), for a while. A demand itself is a case."""

from typing import ClassVar

from django.db import models

from bihuan.hotline.knowledge_models import Article, ArticleUse, Unread
from bihuan.hotline.peer_models import Handing, PeerKey
from bihuan.hotline.shown_models import Helped, Shown
from bihuan.hotline.similar_models import Likeness, LikenessTrait, LikenessUnread
from bihuan.hotline.table_models import TableIn

__all__ = [
    "Article", "ArticleUse", "Handing", "Helped", "Likeness", "LikenessTrait", "LikenessUnread", "PeerKey", "Ring", "Shown",
    "TableIn", "Tally", "Unread",
]  # fmt: skip


class Ring(models.Model):
    """A call that the telephone system put through to an operator's seat; the number is sealed and soon forgotten."""

    post = models.CharField(max_length=64)
    call = models.CharField(max_length=80)
    nonce = models.BinaryField()
    number = models.BinaryField()
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        """A call rings once at a seat."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "call"], name="one_ring_per_call")
        ]
        indexes: ClassVar = [models.Index(fields=["post", "-id"], name="ring_of_post")]

    def __str__(self) -> str:
        return f"{self.call} → {self.post}"


class Tally(models.Model):
    """How often somebody did something in a span of time (限次); `key` is a keyed digest of whom and what.

    The table is not logged: it survives an ordinary restart, and after a crash everybody begins anew.
    """

    key = models.CharField(max_length=32, primary_key=True)
    begun = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    count = models.IntegerField()
    most = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.key} {self.count}/{self.most}"
