"""What the hotline keeps beside its cases: calls that ring (来电), for minutes. A demand itself is a case."""

from typing import ClassVar

from django.db import models

from bihuan.hotline.knowledge_models import Article, ArticleUse, Unread
from bihuan.hotline.shown_models import Helped, Shown

__all__ = ["Article", "ArticleUse", "Helped", "Ring", "Shown", "Unread"]


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
