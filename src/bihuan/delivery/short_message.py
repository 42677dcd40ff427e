"""Hands short messages to the gateway (短信网关) by HTTP and says what it answered. The number stands in the body alone."""

import json
import socket
from urllib.parse import urlsplit

from django.conf import settings
from urllib3.exceptions import HTTPError

from bihuan.delivery.line import post_to
from bihuan.delivery.outcomes import SUCCESS, Outcome
from bihuan.delivery.server import ShortMessages
from bihuan.delivery.target import Target
from bihuan.kernel.privacy.masks import normal

REFUSED = frozenset(
    {400, 404, 410, 413, 422}
)  # the gateway will not take this message another time either


def send_short_message(key: str, to: str, text: str) -> Outcome:
    """Send one; the same key again is the same message, so that a gateway can drop a double."""
    gateway: ShortMessages | None = settings.BIHUAN_SMS
    if gateway is None:
        return Outcome("later", "sms_off")
    body = json.dumps({"id": key, "to": normal("phone", to), "text": text}, ensure_ascii=False)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Bihuan",
        "Idempotency-Key": key,
    }
    if gateway.key:
        headers["Authorization"] = f"Bearer {gateway.key}"
    try:
        status = post_to(_target(gateway.url), body.encode(), headers)
    except (HTTPError, OSError, ValueError) as error:
        return Outcome("later", "sms_unreachable", type(error).__name__)
    if 200 <= status < 300:
        return SUCCESS
    if status in REFUSED:
        return Outcome("never", "sms_refused", str(status))
    return Outcome("later", "sms_status", str(status))


def _target(url: str) -> Target:
    """Where the gateway is; the operator named it, so that it may lie inside the house."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, str(found[0][4][0]))
