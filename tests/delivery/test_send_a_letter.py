"""A notice reaches whoever holds a post in the told unit, over a real mail server, once; or it says why not."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from bihuan.delivery.attempt import attempt
from bihuan.delivery.models import DEAD, SENT, WAITING, Address, Delivery
from bihuan.delivery.outbox import drain
from bihuan.delivery.outcomes import Outcome
from bihuan.delivery.server import MailServer
from bihuan.kernel.cases.models import Case, Notice
from bihuan.kernel.cases.posts import relieve
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Person, Post
from tests.cast import Cast
from tests.config.product import free_port
from tests.delivery.conftest import Mailbox, told_once

pytestmark = pytest.mark.django_db


def tried(cast: Cast, **later: float) -> tuple[Outcome | None, Delivery]:
    """Drain, let time pass, try the only delivery."""
    drain(now=cast.now)
    delivery = Delivery.objects.get()
    outcome = attempt(delivery.pk, now=cast.later(**later))
    delivery.refresh_from_db()
    return outcome, delivery


def test_a_letter_says_in_chinese_what_happened_to_which_task(cast: Cast, mailbox: Mailbox) -> None:
    notice = told_once(cast)

    _, delivery = tried(cast)

    (letter,) = mailbox.letters
    assert delivery.status == SENT
    assert letter["Subject"] == f"[闭环] 下达：{notice.case.number} 建设普惠性幼儿园25所"
    assert letter["To"] == "liaison@edu.example"
    assert letter["Message-ID"] == f"<{delivery.key}@city.example>"
    body = letter.get_content().replace("\r\n", "\n")
    assert body.startswith("您单位收到通知：下达\n")
    assert f"编号：{notice.case.number}\n" in body
    assert f"查看：https://bihuan.example/cases/{notice.case.number}/\n" in body
    assert "时限：2023-03-" in body
    assert "办理单位：" in body
    assert body.index("下达") < body.index("Issue")


def test_the_same_notice_is_never_split_twice(cast: Cast, mailbox: Mailbox) -> None:
    told_once(cast)
    drain(now=cast.now)

    assert drain(now=cast.later(minutes=1)) == 0
    Notice.objects.update(sent_at=None)  # as if a crash had lost the mark
    drain(now=cast.later(minutes=1))

    assert Delivery.objects.count() == 1


def test_a_letter_that_arrived_is_not_sent_again(cast: Cast, mailbox: Mailbox) -> None:
    told_once(cast)
    tried(cast)

    assert tried(cast, hours=1)[0] is None
    assert len(mailbox.letters) == 1


def test_a_server_that_defers_is_asked_again_by_the_schedule(cast: Cast, mailbox: Mailbox) -> None:
    told_once(cast)
    mailbox.answers = ["451 come back later", "250 taken"]

    _, delivery = tried(cast)
    assert (delivery.status, delivery.reason) == (WAITING, "smtp_deferred")
    assert delivery.detail == "451 come back later"
    assert delivery.next_at == cast.now + timedelta(minutes=1)

    assert tried(cast, seconds=30)[0] is None
    _, delivery = tried(cast, seconds=31)
    assert (delivery.status, delivery.reason) == (SENT, "")
    assert len(mailbox.letters) == 1


def test_a_refusal_for_good_is_a_dead_letter_at_once(cast: Cast, mailbox: Mailbox) -> None:
    told_once(cast)
    mailbox.answers = ["550 no such mailbox"]

    _, delivery = tried(cast)

    assert (delivery.status, delivery.reason) == (DEAD, "smtp_refused")
    assert tried(cast, days=3)[0] is None


def test_a_server_that_is_down_is_tried_ever_more_rarely_and_then_given_up(
    cast: Cast, settings: Settings
) -> None:
    told_once(cast)
    settings.BIHUAN_SMTP = MailServer("127.0.0.1", free_port(), sender="bihuan@city.example")
    waits = []
    _, delivery = tried(cast)

    while delivery.status == WAITING:
        assert delivery.reason == "smtp_unreachable"
        waits.append(int((delivery.next_at - cast.now).total_seconds() / 60))
        _, delivery = tried(cast, minutes=waits[-1])

    assert waits == [1, 5, 30, 120, 360, 1440]
    assert (delivery.status, delivery.attempts) == (DEAD, 7)


def test_a_letter_begun_and_never_reported_is_sent_again_under_its_old_key(
    cast: Cast, mailbox: Mailbox
) -> None:
    """The worker dies after the server took the letter and before that is written down."""
    told_once(cast)
    drain(now=cast.now)
    delivery = Delivery.objects.get()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bihuan.delivery.attempt._settle", die)
        with pytest.raises(KeyboardInterrupt):
            attempt(delivery.pk, now=cast.now)

    assert attempt(delivery.pk, now=cast.later(minutes=4)) is None, "its lease still runs"
    assert attempt(delivery.pk, now=cast.later(minutes=2)) is not None
    first, second = mailbox.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_no_title_can_smuggle_in_a_header(cast: Cast, mailbox: Mailbox) -> None:
    notice = told_once(cast)
    evil = "幼儿园\r\nBcc: thief@evil.example\r\n\r\n正文\x07\u2028Cc: x@evil.example"
    Case.objects.filter(pk=notice.case_id).update(title=evil)

    tried(cast)

    (letter,) = mailbox.letters
    assert letter["Bcc"] is None
    assert letter["Cc"] is None
    assert letter["Subject"].endswith("幼儿园 Bcc: thief@evil.example 正文 Cc: x@evil.example")


def test_who_left_the_post_gets_nothing_and_the_successor_does(
    cast: Cast, mailbox: Mailbox
) -> None:
    told_once(cast)
    person = Person.objects.get(pk=cast.handler.person)
    relieve(person, Post.objects.get(pk=cast.handler.post), SYSTEM_ACTOR, now=cast.now)

    drain(now=cast.later(minutes=1))

    assert not Delivery.objects.exists()


def test_an_address_that_was_withdrawn_meanwhile_is_not_written_to(
    cast: Cast, mailbox: Mailbox
) -> None:
    told_once(cast)
    drain(now=cast.now)
    Address.objects.all().delete()

    _, delivery = tried(cast)

    assert (delivery.status, delivery.reason) == (DEAD, "no_address")
    assert mailbox.letters == []


def test_while_mail_is_off_no_letter_piles_up(cast: Cast) -> None:
    told_once(cast)

    drain(now=cast.now)

    assert not Delivery.objects.exists()
    assert not Notice.objects.filter(sent_at=None).exists()
