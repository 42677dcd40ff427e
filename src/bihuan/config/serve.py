"""`bihuan run`: database, web workers and a clean end. The database's own care is in `cluster`."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bihuan.config.death import die_with_parent
from bihuan.config.installation import ClusterError, say
from bihuan.config.supervise import Kept, worker_kept

THREADS = 4
ANSWER_SECONDS = 180  # a worker starts in seconds; in a minute where many programs share few cores
STOP_SECONDS = 15
TICK_SECONDS = 60
TEND_SECONDS = 2


class CannotServe(Exception):
    """The start is refused; the text says why and what to do."""


class Interrupted(Exception):
    """Somebody asked us to stop."""


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What to type into a browser on this machine."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        bare_v6 = ":" in shown and not shown.startswith("[")
        return f"http://{f'[{shown}]' if bare_v6 else shown}:{self.port}/"


def serve(
    address: Address,
    var: Path,
    workers: int,
    prepare: Callable[[], None],
    tick: Callable[[], None],
) -> int:
    """Run the product until it is told to stop; 0 after a clean end.

    `prepare` is called once the database is there, before the first request is taken; `tick` every
    minute while it runs.
    """
    try:
        with ExitStack() as stack:
            stack.enter_context(_stop_signals())
            stack.enter_context(_only_one(var, address))
            _refuse_taken_port(address)
            stack.enter_context(database_in_use())
            prepare()
            web = stack.enter_context(_web(address, workers))
            _wait_for_answer(address, web)
            worker = stack.enter_context(worker_kept())
            say(f"ready: {address.url}  (stop with Ctrl-C)")
            return _until_end(web, worker, tick)
    except Interrupted:
        return 0


@contextmanager
def database_in_use() -> Iterator[None]:
    """Have the embedded cluster running, unless the settings name another server."""
    from django.conf import settings

    from bihuan.config.cluster import Cluster

    if not settings.BIHUAN_EMBEDDED:
        yield
        return
    with Cluster(Path(settings.BIHUAN_CLUSTER_HOME)).in_use():
        yield


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Turn the first SIGINT or SIGTERM into Interrupted; ignore later ones while we clean up."""

    def interrupt(number: int, frame: object) -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)
        raise Interrupted

    before = {name: signal.signal(name, interrupt) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def _only_one(var: Path, address: Address) -> Iterator[None]:
    """Hold the directory's run lock, in which the holder's address is written."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "run.lock").open("a+")
    except OSError as error:
        raise CannotServe(
            f"{var} is not writable ({error.strerror}). Set BIHUAN_VAR to a directory that is."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotServe(_already(lock.read(), var)) from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "url": address.url}))
        lock.flush()
        yield
        lock.truncate(0)


def _already(text: str, var: Path) -> str:
    try:
        known = json.loads(text)
        where = f"at {known['url']} (process {known['pid']})"
    except (ValueError, KeyError, TypeError):
        where = "(it is just starting or stopping)"
    return f"Bihuan already runs from this directory {where}. Its data are in {var}."


def _refuse_taken_port(address: Address) -> None:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host.strip("[]"), address.port))
        except PermissionError as error:
            raise CannotServe(
                f"Port {address.port} is reserved for root. Choose one above 1023: "
                "make run PORT=8001"
            ) from error
        except OSError as error:
            raise CannotServe(
                f"Port {address.port} of {address.host} is taken or cannot be used "
                f"({error.strerror}). Stop the program that holds it, or choose another port: "
                f"make run PORT={address.port + 1}"
            ) from error


@contextmanager
def _web(address: Address, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """The web server in a process group of its own, which ends with the block."""
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    argv += ["--host", address.host.strip("[]"), "--port", str(address.port)]
    argv += ["--workers", str(workers), "--blocking-threads", str(THREADS)]
    argv += ["--respawn-failed-workers", "--log-level", "warning"]
    argv += ["--workers-kill-timeout", "10", "bihuan.config.wsgi:application"]
    environment = {"BIHUAN_SUPERVISED": "1", "BIHUAN_POOL": str(THREADS * 2)}
    web = subprocess.Popen(
        argv,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=partial(die_with_parent, os.getpid()),
    )
    try:
        yield web
    finally:
        _end(web)


def _end(web: subprocess.Popen[bytes]) -> None:
    """Let the workers finish their requests; after a while, or when orphaned, kill them."""
    if web.poll() is None:
        web.terminate()
        try:
            web.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            say("the web server does not stop; killing it")
    try:
        os.killpg(web.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    web.wait()


def _wait_for_answer(address: Address, web: subprocess.Popen[bytes]) -> None:
    """Return when the sign of life is answered by the server we started."""
    deadline = time.monotonic() + ANSWER_SECONDS
    request = urllib.request.Request(f"{address.url}healthz", headers={"Host": "localhost"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        if web.poll() is not None:
            raise CannotServe(f"The web server ended at once with code {web.returncode}.")
        try:
            with direct.open(request, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotServe("The web server does not answer. Read the lines above for the cause.")


def _until_end(web: subprocess.Popen[bytes], worker: Kept, tick: Callable[[], None]) -> int:
    """Wait for the web server's end; meanwhile tend the worker and let time pass."""
    next_tick = time.monotonic() + TICK_SECONDS
    while True:
        try:
            code = web.wait(TEND_SECONDS)
        except subprocess.TimeoutExpired:
            worker.tend()
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_SECONDS
                tick()
            continue
        say(f"the web server ended by itself with code {code}")
        return 1


__all__ = ["Address", "CannotServe", "ClusterError", "database_in_use", "serve"]
