"""Removes deliveries that arrived long ago. What failed stays until somebody sends it again."""

from datetime import datetime, timedelta

from django.conf import settings

from bihuan.delivery.models import SENT, UNSENT, Delivery


def prune(*, now: datetime) -> int:
    """Remove what was sent more than BIHUAN_DELIVERY_KEEP_DAYS ago, and what no gateway could carry then. Returns how many."""
    before = now - timedelta(days=settings.BIHUAN_DELIVERY_KEEP_DAYS)
    gone, _ = Delivery.objects.filter(status=SENT, sent_at__lt=before).delete()
    unsent, _ = Delivery.objects.filter(status=UNSENT, created_at__lt=before).delete()
    return gone + unsent
