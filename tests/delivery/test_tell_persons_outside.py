"""Callers are told what becomes of their demand, and of the one they were joined to: over real gateways, each once."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from bihuan.delivery.attempt import attempt
from bihuan.delivery.models import DEAD, EMAIL, SENT, SMS, UNSENT, WAITING, Delivery
from bihuan.delivery.reached import reached
from bihuan.delivery.server import ShortMessages
from bihuan.delivery.spreading import spread, spread_some
from bihuan.hotline.following import follow_code
from bihuan.kernel.cases.models import Case, Telling
from bihuan.kernel.cases.personal import erase
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.models import Person
from bihuan.kernel.privacy.models import PersonalValue
from tests.cast import Cast
from tests.delivery.conftest import Mailbox, Receiver
from tests.hotline.conftest import Hall

pytestmark = pytest.mark.django_db
PHONE, OTHER, MAIL = "13835800001", "13935800002", "zhang.san@example.com"
FLOOD = 1200


@pytest.fixture
def hall(cast: Cast) -> Hall:
    """The hotline centre."""
    return Hall(cast)


@pytest.fixture
def gateway(receiver: Receiver, settings: Settings) -> Receiver:
    """A gateway of short messages on this machine."""
    settings.BIHUAN_SMS = ShortMessages(f"http://127.0.0.1:{receiver.port}/send", "the-key")
    return receiver


def sent(hall: Hall, **later: float) -> list[Delivery]:
    """Spread and try everything that waits."""
    now = hall.cast.later(**(later or {"minutes": 1}))
    spread(now=now)
    for pk in Delivery.objects.filter(status=WAITING).order_by("pk").values_list("pk", flat=True):
        attempt(pk, now=now)
    return list(Delivery.objects.order_by("pk"))


def texts(gateway: Receiver) -> list[tuple[str, str]]:
    """Number and text of every short message that arrived."""
    return [(said["to"], said["text"]) for said in (json.loads(p.body) for p in gateway.posts)]


def joined(hall: Hall, main: Case, **changes: str) -> Case:
    """A demand that was joined to another."""
    words = f"{changes.get('phone', '')}{changes.get('mail', '')}反映：路灯还是不亮，请尽快修。"
    fresh = hall.registered(content=words, **changes)
    return hall.does(fresh, "link", hall.who("operator-1"), main=main.number)


def forget_told() -> None:
    """Leave out what was told so far."""
    Delivery.objects.all().delete()
    Telling.objects.update(spread_at=timezone.now())


def test_a_caller_gets_number_code_and_link_by_short_message(hall: Hall, gateway: Receiver) -> None:
    case = hall.registered(mail=MAIL)

    (delivery,) = sent(hall)

    assert (delivery.channel, delivery.status) == (SMS, SENT)
    ((to, text),) = texts(gateway)
    assert to == PHONE
    assert f"编号{case.number}，查询码{follow_code(case.number)}" in text
    assert f"https://bihuan.example/12345/follow/?number={case.number}" in text
    (post,) = gateway.posts
    assert post.headers["Authorization"] == "Bearer the-key"
    assert post.headers["Idempotency-Key"] == delivery.key == json.loads(post.body)["id"]
    assert PHONE not in post.path


def test_without_a_telephone_it_goes_by_mail(hall: Hall, mailbox: Mailbox) -> None:
    case = hall.registered(phone="", mail=MAIL)

    (delivery,) = sent(hall)

    (letter,) = mailbox.letters
    assert (delivery.channel, delivery.status) == (EMAIL, SENT)
    assert letter["To"] == MAIL
    assert case.number in letter["Subject"]
    assert letter["Message-ID"] == f"<{delivery.key}@city.example>"
    assert follow_code(case.number) in letter.get_content()
    assert "Follow it: https://bihuan.example" in letter.get_content()


def test_with_mail_alone_set_up_a_caller_who_gave_both_is_told_by_mail(
    hall: Hall, mailbox: Mailbox
) -> None:
    hall.registered(mail=MAIL)
    (delivery,) = sent(hall)
    assert (delivery.channel, delivery.status) == (EMAIL, SENT)


def test_without_a_gateway_it_stands_as_not_sent(
    hall: Hall, gateway: Receiver, settings: Settings
) -> None:
    settings.BIHUAN_SMS = None
    hall.registered()
    (delivery,) = sent(hall)
    assert (delivery.status, delivery.reason, gateway.posts) == (UNSENT, "no_sms", [])


def test_a_fixed_line_is_left_to_the_telephone(hall: Hall, gateway: Receiver) -> None:
    hall.registered(phone="0358-8200000")
    (delivery,) = sent(hall)
    assert (delivery.status, delivery.reason) == (UNSENT, "landline")


def test_nothing_is_sent_to_anonymous_callers_nor_where_no_contact_was_given(
    hall: Hall, gateway: Receiver, mailbox: Mailbox
) -> None:
    hall.registered(identity="anonymous")
    hall.registered(phone="", content="没有留电话的人说的话，请处理一下。")
    assert sent(hall) == []
    assert not Telling.objects.filter(spread_at=None).exists()


def test_the_erased_get_nothing_even_if_it_was_under_way(hall: Hall, gateway: Receiver) -> None:
    case = hall.registered()
    spread(now=hall.cast.later(minutes=1))
    erase(case.number, None, hall.who("chief"), "本人要求", now=hall.cast.now)
    (delivery,) = sent(hall)
    assert (delivery.status, delivery.reason) == (DEAD, "erased")
    hall.does(case, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    assert len(sent(hall)) == 1
    assert gateway.posts == []


def test_a_number_that_was_corrected_meanwhile_gets_nothing(hall: Hall, gateway: Receiver) -> None:
    case = hall.registered()
    spread(now=hall.cast.later(minutes=1))
    hall.does(case, "edit", hall.who("operator-1"), caller_phone=OTHER)
    (delivery,) = sent(hall)
    assert (delivery.status, delivery.reason) == (DEAD, "replaced")


def test_followers_are_told_with_their_own_number_and_the_caller_gets_the_link(
    hall: Hall, gateway: Receiver
) -> None:
    main = hall.registered()
    follower = joined(hall, main, phone=OTHER)
    forget_told()
    hall.does(main, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    hall.does(main, "sign_for", hall.cast.handler)
    hall.does(main, "reply", hall.cast.handler, answer="已修好。")
    forget_told()

    hall.does(main, "pass", hall.who("quality"))
    sent(hall)

    said = dict(texts(gateway))
    assert f"/12345/callback/{main.number}." in said[PHONE]
    assert "callback" not in said[OTHER]
    assert follower.number in said[OTHER]
    assert main.number not in said[OTHER]


def test_each_person_gets_one_message_however_many_demands_they_joined(
    hall: Hall, gateway: Receiver, mailbox: Mailbox
) -> None:
    main = hall.registered()
    also = [
        joined(hall, main, phone=OTHER, mail=MAIL),
        joined(hall, main, phone="139 3580 0002", place="141102"),
        joined(hall, main, phone="", mail=MAIL.upper()),
        joined(hall, main, address="另一处"),  # the caller of the main one again
    ]
    forget_told()

    hall.does(main, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    made = sent(hall)

    assert sorted(to for to, _ in texts(gateway)) == [PHONE, OTHER]
    assert mailbox.letters == []
    seq = Event.objects.get(stream=main.number, action="dispatch").seq
    told = reached(main, seq, also)
    assert {told[case.number].pk for case in also[:3]} == {made[1].pk}
    assert told[also[3].number].pk == made[0].pk


def test_who_was_joined_after_the_event_is_not_told_of_it(hall: Hall, gateway: Receiver) -> None:
    main = hall.registered()
    forget_told()
    hall.does(main, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    joined(hall, main, phone=OTHER)
    Telling.objects.filter(action__in=("open", "link")).update(spread_at=timezone.now())
    sent(hall)
    assert [to for to, _ in texts(gateway)] == [PHONE]


def test_who_follows_a_follower_is_told_too(hall: Hall, gateway: Receiver) -> None:
    main, middle = hall.registered(), hall.registered(phone=OTHER, content="井盖坏了，请来修一下。")
    joined(hall, middle, phone="13735800003")
    hall.does(middle, "link", hall.who("operator-1"), main=main.number)
    forget_told()
    hall.does(main, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    sent(hall)
    assert sorted(to for to, _ in texts(gateway)) == ["13735800003", PHONE, OTHER]


def flood(main: Case, count: int, sample: Case) -> None:
    """Many demands that follow one, each with a telephone of its own; copied row by row."""
    known = PersonalValue.objects.get(stream=sample.number, field="caller_phone")
    cases, values = [], []
    for n in range(count):
        number, pk = f"SQ2023-9{n:05}", f"{n:032x}"
        value = PersonalValue.objects.get(pk=known.pk)
        value.pk, value.stream, value.lookup = pk, number, f"{n:064x}"
        values.append(value)
        held = {"sealed": pk, "tag": known.tag}
        data = {**sample.data, "main": main.number, "caller_phone": held}
        row = Case.objects.get(pk=sample.pk)
        row.pk, row.number, row.data, row.state = None, number, data, "linked"
        row.end, row.ended_at = "other", row.opened_at
        cases.append(row)
    PersonalValue.objects.bulk_create(values)
    Case.objects.bulk_create(cases)


def test_thousands_of_followers_cost_the_act_one_row_and_are_spread_in_pieces(
    hall: Hall, gateway: Receiver, django_assert_max_num_queries: Callable[..., object]
) -> None:
    main, sample = hall.registered(), hall.registered(phone=OTHER, content="样本诉求，请处理一下。")
    flood(main, FLOOD, sample)
    forget_told()

    hall.does(main, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    assert Telling.objects.filter(spread_at=None).count() == 1
    assert not Delivery.objects.exists()

    assert spread_some(now=hall.cast.now) == 501
    telling = Telling.objects.get(spread_at=None)
    Telling.objects.filter(pk=telling.pk).update(upto=None)  # as if a crash had lost the mark
    assert spread_some(now=hall.cast.now) == 0, "nobody is written to twice"
    spread(now=hall.cast.now)
    assert Delivery.objects.count() == FLOOD + 1
    assert spread_some(now=hall.cast.now) is None


def test_a_gateway_that_is_busy_is_asked_again_with_the_same_key(
    hall: Hall, gateway: Receiver
) -> None:
    hall.registered()
    gateway.answers = [503, 200]
    (delivery,) = sent(hall)
    assert (delivery.status, delivery.reason, delivery.detail) == (WAITING, "sms_status", "503")
    assert delivery.next_at == hall.cast.now + timedelta(minutes=1)
    (delivery,) = sent(hall)
    assert delivery.status == SENT
    first, second = gateway.posts
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_a_gateway_that_refuses_a_number_is_not_asked_again(hall: Hall, gateway: Receiver) -> None:
    hall.registered()
    gateway.answers = [422]
    (delivery,) = sent(hall)
    assert (delivery.status, delivery.reason) == (DEAD, "sms_refused")


def test_an_address_leaves_no_trace_outside_its_sealed_value(
    hall: Hall, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    hall.registered(phone="", mail=MAIL)
    mailbox.answers = [f"550 <{MAIL}> is unknown"]
    (delivery,) = sent(hall)
    assert (delivery.reason, delivery.detail) == ("smtp_refused", "550")
    ours = [r.getMessage() for r in caplog.records if r.name != "mail.log"]  # the test server's own
    written = [str(vars(row)) for row in (delivery, *Telling.objects.all(), *Event.objects.all())]
    assert not [row for row in (*written, *ours) if MAIL in row or "zhang.san" in row]


def test_a_link_whose_callback_is_over_is_not_sent(hall: Hall, gateway: Receiver) -> None:
    case = hall.answered()
    forget_told()
    Telling.objects.filter(action="pass").update(spread_at=None)
    spread(now=hall.cast.now)
    hall.does(case, "solved", hall.who("callback"), way="phone", rating="good")
    Telling.objects.update(spread_at=timezone.now())
    (delivery,) = sent(hall)
    assert (delivery.status, delivery.reason, gateway.posts) == (DEAD, "passed", [])


def test_the_page_of_deliveries_shows_a_mask_and_no_number(
    hall: Hall, settings: Settings, client: Client
) -> None:
    case = hall.registered()
    sent(hall)
    settings.BIHUAN_CLOCK_SHIFT = int((hall.cast.now - timezone.now()).total_seconds()) + 60
    client.force_login(Person.objects.get(pk=hall.cast.who("ll-system-admin").person))
    text = client.get("/delivery/?show=unsent").content.decode()
    assert "138****0001" in text
    assert PHONE not in text
    assert case.number in text
    assert "未设置短信网关，没有发送" in text
