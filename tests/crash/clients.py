"""Programs that open cases and act on them over HTTP until told to stop, and write down each acknowledgement they got.

A request without an answer is sent again under its key until it is answered. Holds no test.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 20  # seconds for one answer
PAUSE = 0.05  # between a failure and the next try
OPENING: dict[str, object] = {
    "title": "承诺", "text": "报告原文", "kind": "target", "inspection": "ll-inspection",
}  # fmt: skip


@dataclass
class Client:
    """One program. What it was told stands in its file: one line an acknowledgement, written after the answer came."""

    name: str
    port: int
    token: str
    file: Path
    chance: random.Random
    stop: threading.Event
    tallied: Counter[str] = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    link: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Send one request after another; the last is answered before the end."""
        with self.file.open("a", encoding="utf-8") as told:
            while not self.stop.is_set():
                key = f"{self.name}-{len(self.sent)}"
                self.sent.append(key)
                path, body = self._next()
                number, seq = self._until_answered(key, path, body)
                told.write(f"{key} {number} {seq}\n")
                told.flush()
                if path.startswith("cases/plan."):
                    self.numbers.append(number)
        self._hang_up()

    def _next(self) -> tuple[str, dict[str, object]]:
        if not self.numbers or self.chance.random() < 0.4:
            return "cases/plan.commitment", OPENING
        number = self.chance.choice(self.numbers[-5:])
        return f"cases/{number}/actions/edit", {"title": f"改 {self.chance.random():.6f}"}

    def _until_answered(self, key: str, path: str, body: dict[str, object]) -> tuple[str, int]:
        while True:
            try:
                status, answer = self._send(key, path, body)
            except (OSError, http.client.HTTPException) as error:
                self.tallied[type(error).__name__] += 1
                self._hang_up()
            else:
                self.tallied[str(status)] += 1
                if status in (200, 201):
                    return str(answer["number"]), int(str(answer["seq"]))
            time.sleep(PAUSE)

    def _hang_up(self) -> None:
        if self.link:
            self.link.close()
        self.link = None

    def _send(self, key: str, path: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        if self.link is None:
            self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        self.link.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
        answer = self.link.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")


@dataclass
class Crowd:
    """Several clients, each in a thread of its own."""

    clients: list[Client]
    threads: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def begin(
        cls, kinds: Sequence[type[Client]], port: int, tokens: Sequence[str], home: Path, seed: int
    ) -> "Crowd":
        """Start one client of each kind with its token; each draws from a sequence of its own."""
        stop = threading.Event()
        clients = [
            kind(f"c{n}", port, token, home / f"told-{n}", random.Random(f"{seed}/{n}"), stop)
            for n, (kind, token) in enumerate(zip(kinds, tokens, strict=True))
        ]
        threads = [threading.Thread(target=client.run, daemon=True) for client in clients]
        for thread in threads:
            thread.start()
        return cls(clients, threads)

    def answered(self) -> int:
        """How many acknowledgements have come so far."""
        return sum(client.tallied["200"] + client.tallied["201"] for client in self.clients)

    def end(self, patience: float) -> None:
        """Let each finish what it has begun."""
        self.clients[0].stop.set()
        for thread in self.threads:
            thread.join(patience)
            assert not thread.is_alive(), "a request was never answered"

    def tallied(self) -> Counter[str]:
        """Every outcome of a sent request, and how often."""
        return sum((client.tallied for client in self.clients), Counter())

    def sent(self) -> list[str]:
        """Every key that was used."""
        return [key for client in self.clients for key in client.sent]

    def keys_of(self, kind: type[Client]) -> list[str]:
        """The keys that clients of one kind used."""
        return [key for client in self.clients if type(client) is kind for key in client.sent]

    def told(self) -> list[tuple[str, str, int]]:
        """What stands in the files: key, number, sequence number."""
        lines = [
            line.split()
            for client in self.clients
            for line in client.file.read_text(encoding="utf-8").splitlines()
        ]
        return [(key, number, int(seq)) for key, number, seq in lines]
