"""Whether anybody delivers at the moment: workers leave a sign of life in the database. Judged by the database's own clock."""

from datetime import timedelta

from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateWorker

SILENT = timedelta(seconds=60)  # a worker writes every ten seconds


def is_anybody_working() -> bool:
    """True where a worker has shown life within the last minute."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=Now() - SILENT).exists()
