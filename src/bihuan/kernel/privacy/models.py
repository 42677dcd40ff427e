"""Where personal values lie: each encrypted under a key of its own, beside the case's stream but outside its hashes."""

from typing import ClassVar

from django.db import models


class PersonalValue(models.Model):
    """One value as it was once given. Erasing it destroys key, ciphertext, mask and lookup; id and tag stay.

    `key` is the value's data key, wrapped by the installation's master key; `tag` is an HMAC under the data key, so that
    it says nothing once the key is gone; `lookup` is an HMAC under the master key of the value in its normal form.
    """

    id = models.CharField(max_length=32, primary_key=True)
    stream = models.CharField(max_length=40, db_index=True)
    field = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    key = models.BinaryField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()
    tag = models.CharField(max_length=64)
    mask = models.CharField(max_length=120, blank=True)
    lookup = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        """Values are searched by their lookup; the erased ones have none."""

        indexes: ClassVar = [
            models.Index(
                fields=["lookup", "sealed_at"],
                name="personal_lookup",
                condition=~models.Q(lookup=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.field} {self.mask}"
