"""Another platform on this machine that answers as a test tells it to. Holds no test."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

Answer = tuple[int, object]


@dataclass
class Platform:
    """What it was sent, and what it answers: a POST with `takes` (None: it hangs up), a GET with what `knows` has for it."""

    port: int = 0
    takes: Answer | None = (201, [{"service_request_id": "P-1"}])
    knows: dict[str, Answer] = field(default_factory=dict)
    sent: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    when_taken: Callable[[], None] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/v2"

    def says(self, status: str, words: str | None = None, number: str = "P-1") -> None:
        """What a request's page says from now on."""
        body = [{"service_request_id": number, "status": status, "status_notes": words}]
        self.knows[f"/v2/requests/{number}.json"] = (200, body)


@contextmanager
def a_platform() -> Iterator[Platform]:
    """Have it listen on a port of its own."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            read = self.rfile.read(int(self.headers["Content-Length"])).decode()
            platform.sent.append({name: found[0] for name, found in parse_qs(read).items()})
            platform.keys.append(self.headers["Idempotency-Key"])
            if platform.when_taken:
                platform.when_taken()
            if platform.takes is None:
                self.close_connection = True
                return
            self._answer(platform.takes)

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            platform.asked.append(path)
            self._answer(platform.knows.get(path, (404, [])))

        def _answer(self, answer: Answer) -> None:
            body = answer[1] if isinstance(answer[1], bytes) else json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: object) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
