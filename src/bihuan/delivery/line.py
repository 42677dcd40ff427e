"""One HTTP request on a line to a pinned address, cut off when its time is up. Follows no redirect, reads no body."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Timer

from urllib3.connection import HTTPConnection, HTTPSConnection

from bihuan.delivery.target import Target

CONNECT_SECONDS = 5
WHOLE_SECONDS = 20  # from the connection to the answer's headers, however slowly they drip


def post_to(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that a POST is answered with; raises HTTPError, OSError or ValueError where there is no answer."""
    with _line(target) as line:
        line.request(
            "POST", target.path, body=body, headers={**headers, "Host": target.authority},
            preload_content=False, enforce_content_length=False,
        )  # fmt: skip
        return line.getresponse().status


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
