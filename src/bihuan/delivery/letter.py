"""The letter (邮件): subject and text of a notice, Chinese first. Nothing personal but what the title says."""

import unicodedata
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bihuan.delivery.models import Delivery
from bihuan.delivery.schedule import outside
from bihuan.delivery.told import Told
from bihuan.kernel.cases.city import city, work_calendar

LONGEST_TITLE = 80


def write_letter(
    delivery: Delivery, told: Told, sender: str, to: str, now: datetime
) -> EmailMessage:
    """The whole letter; its Message-ID is the delivery's key, so that a double shows as one."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = subject(told)
    letter["From"] = sender
    letter["To"] = to
    letter["Date"] = format_datetime(outside(now))
    letter["Message-ID"] = f"<{delivery.key}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text(told), cte="base64")
    return letter


def subject(told: Told) -> str:
    """[闭环] 催办：RW2023-00012 title; one line whatever the title holds."""
    title = one_line(told.case.title)
    short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    return f"[闭环] {one_line(told.did)}：{told.case.number} {short}"


def text(told: Told) -> str:
    """What happened, number, title, due, link; one line of English beneath."""
    due = _moment(told.case.next_due_at) if told.case.next_due_at else ""
    by = city().units.get(told.event.unit)
    lines = [
        ("事项", told.matter.label),
        ("编号", told.case.number),
        ("标题", one_line(told.case.title)),
        ("时间", _moment(told.at)),
        ("办理单位", by.name if by else "系统"),
        ("时限", due),
        ("查看", told.link),
    ]
    body = "\n".join(f"{name}：{value}" for name, value in lines if value)
    english = f"{told.did_in_english}: {told.case.number}" + (f", due {due}" if due else "")
    return (
        f"您单位收到通知：{one_line(told.did)}\n\n{body}\n\n"
        f"此信由闭环系统自动发出，请勿回复。\n--\n{english}\nSent by Bihuan; please do not reply.\n"
    )


def one_line(value: str) -> str:
    """The text without line breaks and control characters: nothing in a title can begin a header."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in value)
    return " ".join(kept.split())


def _moment(at: datetime) -> str:
    return f"{work_calendar().local(at):%Y-%m-%d %H:%M}"
