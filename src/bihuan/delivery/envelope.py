"""The event as it is posted (CloudEvents 1.0, JSON) and its signature (Standard Webhooks). Pure but for settings."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

from django.conf import settings

from bihuan.delivery.models import Delivery
from bihuan.delivery.schedule import outside
from bihuan.delivery.told import told
from bihuan.delivery.vault import secret_bytes

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
LARGEST = 64 * 1024


def event_body(delivery: Delivery) -> bytes:
    """The CloudEvent of a delivery; `id` is its key. The same bytes at every try."""
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": delivery.key,
        "source": settings.BIHUAN_SITE or "/bihuan",
        "datacontenttype": "application/json",
    }
    event |= _noticed(delivery) if delivery.notice else _ping(delivery)
    return json.dumps(event, ensure_ascii=False, sort_keys=True).encode()


def signed_headers(key: str, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers that prove where a body comes from and when it was sent."""
    stamp = str(int(outside(now).timestamp()))
    signed = f"{key}.{stamp}.".encode() + body
    mac = hmac.digest(secret_bytes(secret), signed, hashlib.sha256)
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "Bihuan",
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def _noticed(delivery: Delivery) -> dict[str, object]:
    assert delivery.notice is not None
    said = told(delivery.notice)
    return {
        "type": f"cn.bihuan.case.{said.event.action}",
        "subject": said.case.number,
        "time": _utc(said.at),
        "data": {
            "number": said.case.number,
            "matter": said.case.matter,
            "action": said.event.action,
            "from": said.event.content["from"],
            "to": said.event.content["to"],
            "seq": said.event.seq,
            "at": _utc(said.at),
            "unit": said.unit,
        },
    }


def _ping(delivery: Delivery) -> dict[str, object]:
    return {
        "type": "cn.bihuan.ping",
        "time": _utc(delivery.created_at),
        "data": {"subscription": str(delivery.subscription)},
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
