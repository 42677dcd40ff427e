"""Posts events to web hooks (HTTP) and says what the receiver answered."""

from datetime import datetime

from urllib3.exceptions import HTTPError

from bihuan.delivery.envelope import LARGEST, event_body, signed_headers
from bihuan.delivery.letter import one_line
from bihuan.delivery.line import post_to
from bihuan.delivery.models import Delivery
from bihuan.delivery.outcomes import SUCCESS, Outcome
from bihuan.delivery.target import Target, pin, read_url
from bihuan.delivery.vault import open_secret
from bihuan.kernel.errors import Refusal

GONE = 410


def post_event(delivery: Delivery, now: datetime) -> Outcome:
    """Post one event to its subscription, signed."""
    hook = delivery.subscription
    if hook is None or not hook.is_active:
        return Outcome("never", "hook_paused")
    secret = open_secret(bytes(hook.sealed_secret))
    if secret is None:
        return Outcome("never", "hook_secret")
    body = event_body(delivery)
    if len(body) > LARGEST:
        return Outcome("never", "hook_size")
    try:
        target = pin(read_url(hook.url))
    except Refusal as refusal:
        return Outcome("later" if refusal.code == "hook_name" else "never", refusal.code)
    return _answered(target, body, signed_headers(delivery.key, body, secret, now))


def _answered(target: Target, body: bytes, headers: dict[str, str]) -> Outcome:
    try:
        status = post_to(target, body, headers)
    except (HTTPError, OSError, ValueError) as error:
        return Outcome("later", "hook_unreachable", one_line(f"{type(error).__name__}: {error}"))
    if 200 <= status < 300:
        return SUCCESS
    if status == GONE:
        return Outcome("gone", "hook_gone", str(status))
    return Outcome("later", "hook_status", str(status))
