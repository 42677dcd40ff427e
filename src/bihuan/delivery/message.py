"""One message to one person outside (短信、邮件): the sealed contact is opened here, for this sending alone."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings

from bihuan.delivery.letter import one_line
from bihuan.delivery.models import SMS, Delivery
from bihuan.delivery.outcomes import Outcome
from bihuan.delivery.post import hand_in
from bihuan.delivery.schedule import outside
from bihuan.delivery.server import MailServer
from bihuan.delivery.short_message import send_short_message
from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.tellings import may_be_told
from bihuan.kernel.errors import Refusal
from bihuan.kernel.matters.outsiders import Said, fill
from bihuan.kernel.privacy.models import PersonalValue
from bihuan.kernel.privacy.sealing import Altered, open_value
from bihuan.kernel.privacy.store import references_in


def send_message(delivery: Delivery, now: datetime) -> Outcome:
    """Send one message, unless its person may not be told any more or there is nothing left to say."""
    texts = _texts(delivery)
    if isinstance(texts, Outcome):
        return texts
    to = _opened(delivery)
    if isinstance(to, Outcome):
        return to
    if delivery.channel == SMS:
        return send_short_message(delivery.key, to, texts[0])
    server: MailServer | None = settings.BIHUAN_SMTP
    if server is None:
        return Outcome("later", "smtp_off")
    return _without_address(hand_in(server, _letter(delivery, server.sender, to, texts, now)))


def _texts(delivery: Delivery) -> tuple[str, str] | Outcome:
    """The words in Chinese and English, as of now."""
    telling, case = delivery.telling, delivery.case
    assert telling is not None
    assert case is not None
    matter, _ = matter_at(telling.case.matter, telling.case.version)
    tells = matter.tells_of(telling.action)
    follower = case.pk != telling.case_id
    if tells is None or not may_be_told(matter, case.data):
        return Outcome("never", "not_told")
    if delivery.value not in references_in(case.data).values():
        return Outcome("never", "replaced")
    said = Said(case.number, telling.case.number, telling.seq)
    chinese = fill(tells.says(follower=follower), said, settings.BIHUAN_SITE)
    english = fill(tells.says_in_english(follower=follower), said, settings.BIHUAN_SITE)
    if chinese is None or english is None:
        return Outcome("never", "passed")
    return chinese, english


def _opened(delivery: Delivery) -> str | Outcome:
    row = PersonalValue.objects.filter(pk=delivery.value).first()
    try:
        clear = open_value(row) if row else None
    except Altered:
        return Outcome("never", "altered")
    except Refusal:
        return Outcome("later", "personal_key")
    return clear or Outcome("never", "erased")


def _letter(
    delivery: Delivery, sender: str, to: str, texts: tuple[str, str], now: datetime
) -> EmailMessage:
    """The whole letter; nobody's machine shall answer it, and its person may."""
    assert delivery.case is not None
    number = delivery.case.number
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = f"[{city().info.name}] {number} 办理进展 / Progress"
    letter["From"], letter["To"] = sender, one_line(to)
    letter["Date"] = format_datetime(outside(now))
    letter["Message-ID"] = f"<{delivery.key}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    answer = ("补充情况，可直接回复此信。", "You may reply to this letter to add to it.")
    silent = ("此信由系统自动发出，请勿回复。", "Please do not reply.")
    chinese, english = answer if settings.BIHUAN_MAILDIR else silent
    letter.set_content(f"{texts[0]}\n\n{chinese}\n--\n{texts[1]}\n{english}\n", cte="base64")
    return letter


def _without_address(outcome: Outcome) -> Outcome:
    """Mail servers repeat the address in what they answer: of a person outside only their code is kept."""
    code = outcome.detail[:3]
    return Outcome(outcome.kind, outcome.reason, code if code.isdigit() else "")
