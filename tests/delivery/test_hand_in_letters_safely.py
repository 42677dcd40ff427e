"""The line to the mail server: encrypted and signed in where the settings say so, never in the clear instead."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from bihuan.delivery.outcomes import SUCCESS
from bihuan.delivery.post import hand_in
from bihuan.delivery.server import MailServer
from tests.config.product import free_port
from tests.delivery.certificate import certificate_for
from tests.delivery.conftest import Mailbox

HOST = "mail.example"


def letter() -> EmailMessage:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = "b@city.example", "a@edu.example", "催办"
    written.set_content("请抓紧", cte="base64")
    return written


def _sign_in(*asked: Any) -> AuthResult:
    login = asked[-1]
    assert isinstance(login, LoginPassword)
    return AuthResult(success=(login.login, login.password) == (b"bihuan", b"right"), handled=False)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for mail.example, a host of this machine that we trust."""
    chain, key = certificate_for(HOST, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


@pytest.fixture
def guarded(certificate: ssl.SSLContext) -> Iterator[tuple[MailServer, Mailbox]]:
    """A server that demands STARTTLS and a login."""
    box = Mailbox(free_port())
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, tls_context=certificate, require_starttls=True,
        authenticator=_sign_in, auth_required=True,
    )  # fmt: skip
    controller.start()
    yield MailServer(HOST, box.port, "bihuan", "right", "starttls", "b@city.example"), box
    controller.stop()


def test_over_starttls_with_a_login_a_letter_is_taken(guarded: tuple[MailServer, Mailbox]) -> None:
    server, box = guarded

    assert hand_in(server, letter()) == SUCCESS
    assert len(box.letters) == 1


def test_a_wrong_password_is_tried_again_later(guarded: tuple[MailServer, Mailbox]) -> None:
    server, box = guarded

    outcome = hand_in(replace(server, password="wrong"), letter())

    assert (outcome.kind, outcome.reason) == ("later", "smtp_login")
    assert "wrong" not in outcome.detail
    assert box.letters == []


def test_a_certificate_for_another_host_is_not_accepted(
    guarded: tuple[MailServer, Mailbox],
) -> None:
    server, box = guarded

    outcome = hand_in(replace(server, host="other.example"), letter())

    assert (outcome.kind, outcome.reason) == ("later", "smtp_unreachable")
    assert box.letters == []


def test_a_server_that_offers_no_encryption_gets_no_password(mailbox: Mailbox) -> None:
    server = MailServer("127.0.0.1", mailbox.port, "bihuan", "right", "starttls", "b@city.example")

    outcome = hand_in(server, letter())

    assert (outcome.kind, outcome.reason) == ("later", "smtp_login")
    assert mailbox.letters == []
