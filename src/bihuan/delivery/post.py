"""Hands letters to the mail server (SMTP) and says what it answered."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage

from django.conf import settings

from bihuan.delivery.letter import one_line, write_letter
from bihuan.delivery.models import Address, Delivery
from bihuan.delivery.outcomes import SUCCESS, Outcome
from bihuan.delivery.server import MailServer
from bihuan.delivery.told import told

SECONDS = 15  # for each answer of the server
PERMANENT = 500


def send_letter(delivery: Delivery, now: datetime) -> Outcome:
    """Send one letter: accepted, refused for good (5xx), or to be tried again (everything else)."""
    server: MailServer | None = settings.BIHUAN_SMTP
    if server is None:
        return Outcome("later", "smtp_off")
    address = Address.objects.filter(person=delivery.person).first()
    if address is None or delivery.notice is None:
        return Outcome("never", "no_address")
    letter = write_letter(delivery, told(delivery.notice), server.sender, address.email, now)
    return hand_in(server, letter)


def hand_in(server: MailServer, letter: EmailMessage) -> Outcome:
    """Hand one letter in. Once the server has taken it, nothing that follows counts as a failure."""
    try:
        with _line(server) as line:
            line.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        return _answered(*next(iter(refused.recipients.values())))
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        return Outcome("later", "smtp_login", _said(error))
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return _answered(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("later", "smtp_unreachable", _said(error))
    return SUCCESS


@contextmanager
def _line(server: MailServer) -> Iterator[smtplib.SMTP]:
    if server.security == "tls":
        context = ssl.create_default_context()
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=context
        )
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == "starttls":
            line.starttls(context=ssl.create_default_context())
        if server.user:
            line.login(server.user, server.password)
        yield line
    finally:
        with suppress(smtplib.SMTPException, OSError):
            line.quit()
        line.close()


def _answered(code: int, said: bytes | str) -> Outcome:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    if code >= PERMANENT:
        return Outcome("never", "smtp_refused", one_line(f"{code} {text}"))
    return Outcome("later", "smtp_deferred", one_line(f"{code} {text}"))


def _said(error: Exception) -> str:
    return one_line(str(error))
