"""Starts and ends the real command in a directory of its own. Holds no test."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 240  # longer than a start may take; seconds until a hanging process fails the test; nothing is measured


def free_port() -> int:
    """A port of 127.0.0.1 that nobody holds just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(var: Path, **extra: str) -> dict[str, str]:
    """Our environment without its BIHUAN_ settings, with `var` as the data directory."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("BIHUAN_") and key != "DJANGO_SETTINGS_MODULE"
    }
    return {**kept, "BIHUAN_VAR": str(var), "BIHUAN_DEMO": "0", **extra}


def bihuan(var: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one subcommand to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bihuan.config", *words],
        env=environment(var, **extra),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@dataclass
class Product:
    """One `bihuan run`, from its start to its end."""

    var: Path
    port: int
    process: subprocess.Popen[str]
    lines: queue.Queue[str | None] = field(default_factory=queue.Queue)
    heard: list[str] = field(default_factory=list)
    listener: threading.Thread | None = None

    @classmethod
    def start(cls, var: Path, port: int, **extra: str) -> Product:
        """Start it; return when it says that it is ready, or when it has ended."""
        argv = [sys.executable, "-m", "bihuan.config", "run", "--port", str(port)]
        process = subprocess.Popen(
            argv, env=environment(var, **extra), stderr=subprocess.PIPE, text=True
        )
        product = cls(var, port, process)
        product.listener = threading.Thread(target=product._listen, daemon=True)
        product.listener.start()
        product.wait_for("ready: ")
        return product

    def _listen(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as said:
            for line in said:
                self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, text: str) -> None:
        """Read what it says until `text` appears, or it ends."""
        while True:
            line = self.lines.get(timeout=PATIENCE)
            if line is None:
                return
            self.heard.append(line)
            if text in line:
                return

    def answers(self) -> bool:
        """Whether the web server and its database answer."""
        return sign_of_life(self.port)

    def end(self, how: signal.Signals) -> int:
        """Send a signal, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        if self.listener:
            self.listener.join(PATIENCE)
        return code

    @property
    def postmaster(self) -> int:
        """The process id of its PostgreSQL server."""
        return int((self.var / "postgres/data/postmaster.pid").read_text().split()[0])


def sign_of_life(port: int) -> bool:
    """Whether somebody answers /healthz on a port of this machine."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return bool(answer.read() == b"ok")
    except (urllib.error.URLError, OSError):
        return False
