"""Wakes the worker. A job is a reminder and nothing more: what is owed stands in the deliveries' rows."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from bihuan.delivery.models import WEBHOOK, Delivery

QUEUE = "delivery"
TASK = "delivery.attempt"
# A receiver that lets us wait must not hold up the letters.
PRIORITY = {True: 5, False: 0}


def wake(deliveries: Iterable[Delivery]) -> None:
    """Start one job a delivery once the transaction stands; a job lost meanwhile is started again by the sweep."""
    for is_letter, priority in PRIORITY.items():
        chosen: list[dict[str, JSONValue]] = [
            {"delivery": delivery.pk}
            for delivery in deliveries
            if (delivery.channel != WEBHOOK) is is_letter
        ]
        if chosen:
            job = app.configure_task(TASK, queue=QUEUE, priority=priority)
            transaction.on_commit(partial(job.batch_defer, *chosen))
