"""Keys of the interface (接口密钥). Written by keys.py alone; who made and who revoked one stands in the ledger."""

from django.db import models

from bihuan.kernel.orgs.models import Holding


class ApiKey(models.Model):
    """Lets a program act as one person in one post. The token itself is never stored, only its SHA-256."""

    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    holding = models.ForeignKey(Holding, models.PROTECT, related_name="api_keys")
    created_at = models.DateTimeField()
    last_used = models.DateTimeField(null=True, help_text="written at most once an hour")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"
