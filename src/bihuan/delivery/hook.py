"""Posts events to web hooks (HTTP) and says what the receiver answered. Follows no redirect, reads no body."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Event, Timer

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from bihuan.delivery.envelope import LARGEST, event_body, signed_headers
from bihuan.delivery.letter import one_line
from bihuan.delivery.models import Delivery
from bihuan.delivery.outcomes import SUCCESS, Outcome
from bihuan.delivery.target import Target, pin, read_url
from bihuan.delivery.vault import open_secret
from bihuan.kernel.errors import Refusal

CONNECT_SECONDS = 5
WHOLE_SECONDS = 20  # from the connection to the answer's headers, however slowly they drip
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
        with _line(target) as line:
            line.request(
                "POST", target.path, body=body, headers={**headers, "Host": target.authority},
                preload_content=False, enforce_content_length=False,
            )  # fmt: skip
            status = line.getresponse().status
    except (HTTPError, OSError, ValueError) as error:
        return Outcome("later", "hook_unreachable", one_line(f"{type(error).__name__}: {error}"))
    if 200 <= status < 300:
        return SUCCESS
    if status == GONE:
        return Outcome("gone", "hook_gone", str(status))
    return Outcome("later", "hook_status", str(status))


@contextmanager
def _line(target: Target) -> Iterator[HTTPConnection]:
    """A connection to the pinned address that is cut off when its time is up."""
    if target.scheme == "https":
        line: HTTPConnection = HTTPSConnection(
            target.address, target.port, timeout=CONNECT_SECONDS,
            server_hostname=target.host, assert_hostname=target.host,
            ssl_context=ssl.create_default_context(),
        )  # fmt: skip
    else:
        line = HTTPConnection(target.address, target.port, timeout=CONNECT_SECONDS)
    is_late = Event()
    cut = Timer(WHOLE_SECONDS, _cut, [line, is_late])
    cut.daemon = True
    cut.start()
    try:
        line.connect()
        line.sock.settimeout(WHOLE_SECONDS)
        yield line
        if is_late.is_set():  # half an answer is none
            raise TimeoutError(f"no whole answer in {WHOLE_SECONDS} seconds")
    finally:
        cut.cancel()
        line.close()


def _cut(line: HTTPConnection, is_late: Event) -> None:
    is_late.set()
    with suppress(OSError, AttributeError):
        line.sock.shutdown(2)
