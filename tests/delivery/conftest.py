"""A real mail server and a real receiver of web hooks on this machine, each told how to answer."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import SSLContext

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from bihuan.delivery.addresses import set_address
from bihuan.delivery.models import Subscription
from bihuan.delivery.server import MailServer
from bihuan.delivery.subscriptions import subscribe
from bihuan.kernel.cases.city import forget
from bihuan.kernel.cases.install import install_city
from bihuan.kernel.cases.models import Notice
from bihuan.kernel.cases.notices import mark_sent
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting
from bihuan.kernel.orgs.models import Person
from tests.cast import Cast
from tests.config.product import free_port
from tests.delivery.running import Workers, address_of, database_of_its_own


@dataclass
class Mailbox:
    """What a mail server took, and what it answers next (250 when nothing is planned)."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    when_taken: Callable[[], None] | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd for each letter."""
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            assert isinstance(envelope.original_content, bytes)
            letter = message_from_bytes(envelope.original_content, policy=policy.default)
            self.letters.append(letter)
            if self.when_taken:
                self.when_taken()
        return answer


@dataclass
class Post:
    """One request that a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Where web hooks arrive, and what it answers next (204 when nothing is planned)."""

    port: int = 0
    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""
    server: ThreadingHTTPServer | None = None
    when_taken: Callable[[], None] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/in?token=t"

    def secure(self, context: SSLContext) -> None:
        """Speak TLS from now on."""
        assert self.server
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.posts.append(Post(self.path, dict(self.headers.items()), body))
            if receiver.when_taken:
                receiver.when_taken()
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing on the terminal."""

    return Handler


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server that the settings name."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    settings.BIHUAN_SMTP = MailServer("127.0.0.1", box.port, sender="bihuan@city.example")
    yield box
    controller.stop()


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver on this machine that the operator allows."""
    got = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(got))
    got.server = server
    got.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    settings.BIHUAN_WEBHOOK_HOSTS = [f"127.0.0.1:{got.port}"]
    yield got
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def admin(cast: Cast) -> Acting:
    """The system administrator."""
    return cast.who("ll-system-admin")


@pytest.fixture
def hook(cast: Cast, receiver: Receiver, admin: Acting) -> Subscription:
    """A subscription to everything, at the receiver."""
    return subscribe("督办平台", receiver.url, [], [], admin, now=cast.now)[0]


@pytest.fixture(scope="module")
def empty(cluster: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A migrated database to copy."""
    with django_db_blocker.unblock(), database_of_its_own() as name:
        call_command("migrate", verbosity=0)
        connection.close()
        yield name


@pytest.fixture
def workers(
    empty: str, django_db_blocker: DjangoDbBlocker, mailbox: Mailbox, tmp_path: Path
) -> Iterator[Workers]:
    """Workers that mail to the mailbox, on a database where everything is committed."""
    with django_db_blocker.unblock(), database_of_its_own(empty) as name:
        settings = {
            "BIHUAN_DATABASE_URL": address_of(name),
            "BIHUAN_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "BIHUAN_MAIL_FROM": "bihuan@city.example",
            "BIHUAN_SITE": "https://bihuan.example",
        }
        found = Workers(tmp_path / "var", settings)
        try:
            yield found
        finally:
            found.kill_all()


@pytest.fixture
def town(workers: Workers, settings: Settings, tmp_path: Path) -> Iterator[Cast]:
    """The cast in that database."""
    settings.BIHUAN_FILES = tmp_path / "files"
    forget()
    install_city()
    yield Cast()
    forget()


def told_once(cast: Cast, email: str = "liaison@edu.example") -> Notice:
    """A task was issued to the education bureau, whose liaison reads mail; nothing else waits."""
    task = cast.issued()
    if email:
        person = Person.objects.get(pk=cast.handler.person)
        set_address(person, email, SYSTEM_ACTOR, now=cast.now)
    fresh = Notice.objects.filter(case=task, unit="ll-edu")
    mark_sent(list(Notice.objects.exclude(pk__in=fresh)), cast.now)
    return fresh.get()
