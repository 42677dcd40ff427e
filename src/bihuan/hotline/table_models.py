"""Tables on their way in (表格导入): the sealed file, and how far taking its rows has come. The demands are cases."""

from django.db import models

SHOWN, QUEUED, TAKING, DONE = "shown", "queued", "taking", "done"


class TableIn(models.Model):
    """One table that somebody brought. The file is sealed, and removed when its rows are in or after a day."""

    token = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=60)
    person = models.BigIntegerField()
    post = models.CharField(max_length=64)
    nonce = models.BinaryField()
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, default=SHOWN)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    made = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    left = models.JSONField(default=list)  # rows that were not taken: row, what is wrong
    brought_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.state} {self.done}/{self.total}"
