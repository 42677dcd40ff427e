"""One HTTP request on a line to a pinned address, cut off when its time is up. Follows no redirect."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Timer

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from bihuan.delivery.target import Target

CONNECT_SECONDS = 5
MOST_READ = 256 * 1024
WHOLE_SECONDS = 20  # from the connection to the answer's headers, however slowly they drip


def post_to(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that a POST is answered with; raises HTTPError, OSError or ValueError where there is no answer."""
    with _line(target) as line:
        line.request(
            "POST", target.path, body=body, headers={**headers, "Host": target.authority},
            preload_content=False, enforce_content_length=False,
        )  # fmt: skip
        return line.getresponse().status


class NotSent(Exception):
    """There was no line at all: nothing of the request has left the house."""


def ask(target: Target, method: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Status and body of the answer to a request; raises NotSent before anything was sent.

    Afterwards HTTPError, OSError or ValueError where there is no whole answer, or one of more than `MOST_READ` bytes.
    """
    with _line(target, NotSent) as line:
        line.request(
            method, target.path, body=body or None, headers={**headers, "Host": target.authority},
            preload_content=False, enforce_content_length=True,
        )  # fmt: skip
        answer = line.getresponse()
        read = answer.read(MOST_READ + 1)
        if len(read) > MOST_READ:
            raise ValueError(f"more than {MOST_READ} bytes")
        return answer.status, read


@contextmanager
def _line(target: Target, unsent: type[Exception] | None = None) -> Iterator[HTTPConnection]:
    """A connection to the pinned address that is cut off when its time is up; `unsent` says that there was none."""
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
        try:
            line.connect()
        except (HTTPError, OSError) as error:
            if unsent is None:
                raise
            raise unsent(f"{type(error).__name__}: {error}") from error
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
