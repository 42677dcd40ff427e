"""The system administrator sees what failed and why, sends it again, makes and tests web hooks; nobody else does."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from bihuan.delivery.addresses import set_address
from bihuan.delivery.attempt import attempt
from bihuan.delivery.models import DEAD, WAITING, Delivery, Subscription
from bihuan.delivery.outbox import drain
from bihuan.delivery.server import MailServer
from bihuan.delivery.subscriptions import subscribe
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Person
from tests.cast import Cast
from tests.config.product import free_port
from tests.web.conftest import Visit

ADMIN = "ll-system-admin"


def failed(cast: Cast, settings: Settings) -> list[Delivery]:
    """Two letters that no server takes: one will be tried again, one was given up."""
    settings.BIHUAN_SMTP = MailServer("127.0.0.1", free_port(), sender="bihuan@city.example")
    settings.BIHUAN_RETRY_MINUTES = (5, 30)
    task = cast.issued()
    for actor in (cast.handler, cast.chief):
        person = Person.objects.get(pk=actor.person)
        set_address(person, f"{actor.unit}@city.example", SYSTEM_ACTOR, now=cast.now)
    cast.does(task, "sign_for", cast.handler)
    cast.does(task, "urge", cast.chief, message="请抓紧")
    drain(now=cast.now)
    first, second = list(Delivery.objects.order_by("pk"))[:2]
    attempt(first.pk, now=cast.now)
    attempt(second.pk, now=cast.now)
    Delivery.objects.filter(pk=second.pk).update(status=DEAD)
    return [first, second]


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_only_the_administrator_is_led_there_and_let_in(cast: Cast, visit: Visit) -> None:
    assert 'href="/delivery/"' in seen(visit(cast.who(ADMIN)), "/delivery/")
    for stranger in (cast.planner, cast.handler, cast.who("ll-auditor")):
        client = visit(stranger)
        assert 'href="/delivery/"' not in seen(client, "/")
        for address in (
            "",
            "resend/",
            "1/resend/",
            "hooks/",
            "hooks/new/",
            "hooks/1/",
            "hooks/1/ping/",
        ):
            assert client.get(f"/delivery/{address}").status_code == 403
            assert client.post(f"/delivery/{address}").status_code in (403, 405)
    assert Client().get("/delivery/").status_code == 302


def test_it_says_that_mail_is_off_and_that_nobody_delivers(cast: Cast, visit: Visit) -> None:
    client = visit(cast.who(ADMIN))
    page = seen(client, "/delivery/")
    assert "邮件未开通" in page
    assert "投递服务没有运行" in page

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert "投递服务没有运行" not in seen(client, "/delivery/")


def test_everybody_is_told_where_their_notices_go(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    client = visit(cast.handler)
    person = Person.objects.get(pk=cast.handler.person)
    set_address(person, "liaison@edu.example", SYSTEM_ACTOR, now=cast.now)

    assert "不发邮件" in seen(client, "/notices/"), "mail is off"
    settings.BIHUAN_SMTP = MailServer("127.0.0.1", 25, sender="bihuan@city.example")
    assert "同时发邮件到 liaison@edu.example" in seen(client, "/notices/")
    assert "不发邮件" in seen(visit(cast.rival), "/notices/")


def test_a_failure_shows_why_and_when_next_but_not_the_title(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    first, _ = failed(cast, settings)
    assert first.notice

    page = seen(visit(cast.who(ADMIN)), "/delivery/")

    assert "连不上邮件服务器" in page
    assert first.notice.case.number in page
    assert first.notice.case.title not in page
    assert f"{(cast.now + timedelta(minutes=5)):%Y-%m-%d %H:%M}" in page


def test_one_and_all_are_sent_again_after_a_question_and_on_record(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    first, second = failed(cast, settings)
    client = visit(cast.who(ADMIN))

    assert "重发此件" in seen(client, f"/delivery/{first.pk}/resend/")
    assert Delivery.objects.get(pk=first.pk).attempts == 1, "asking changes nothing"
    client.post(f"/delivery/{first.pk}/resend/")
    assert "重发 1 件死信" in seen(client, "/delivery/resend/")
    client.post("/delivery/resend/")

    for pk in (first.pk, second.pk):
        again = Delivery.objects.get(pk=pk)
        assert (again.status, again.attempts) == (WAITING, 0)
    events = Event.objects.filter(stream="delivery", action__startswith="resend").order_by("seq")
    assert [(e.action, e.content, e.post) for e in events] == [
        ("resend", {"key": first.key}, ADMIN),
        ("resend_all", {"count": 1}, ADMIN),
    ]
    assert list(verify_all(cast.now)) == []


def test_a_delivery_that_arrived_is_not_sent_again(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    first, _ = failed(cast, settings)
    Delivery.objects.update(status="sent", reason="")

    answer = visit(cast.who(ADMIN)).post(f"/delivery/{first.pk}/resend/")

    assert answer.status_code == 409
    assert "已送达" in answer.content.decode()


def test_a_web_hook_is_made_its_secret_shown_once_then_tested_and_paused(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    settings.BIHUAN_WEBHOOK_HOSTS = ["10.0.0.9"]
    client = visit(cast.who(ADMIN))
    form = {
        "name": "省督查平台", "url": "https://10.0.0.9/in?token=t", "matters": ["plan.task"],
        "actions": ["urge", "issue"],
    }  # fmt: skip

    made = client.post("/delivery/hooks/new/", form)

    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", made.content.decode())
    assert made["Cache-Control"] == "no-store"
    hook = Subscription.objects.get()
    page = f"/delivery/hooks/{hook.pk}/"
    for address in ("/delivery/hooks/", page):
        assert secret not in seen(client, address)
        assert "token=t" not in seen(client, address)
        assert "目标任务" in seen(client, address)
    assert client.post("/delivery/hooks/new/", form).status_code == 422, "the same name again"
    for deed in ("ping", "pause", "resume"):
        assert "记入台账" in seen(client, f"{page}{deed}/")
        assert client.post(f"{page}{deed}/").status_code == 302
        hook.refresh_from_db()
        assert hook.is_active is (deed != "pause")
    assert "测试事件" in seen(client, page)
    assert client.get(f"{page}burn/").status_code == 404
    actions = (
        Event.objects.filter(stream="delivery").order_by("seq").values_list("action", flat=True)
    )
    assert list(actions) == ["hook_made", "hook_pinged", "hook_paused", "hook_resumed"]


def test_what_is_wrong_with_a_web_hook_stands_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, visit: Visit
) -> None:
    form = {"name": "内网", "url": "https://192.168.1.1/", "actions": ["urge", "no-such"]}

    answer = visit(cast.who(ADMIN)).post("/delivery/hooks/new/", form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "是内部地址，不允许投递" in page
    assert "没有这个动作" in page
    assert 'value="https://192.168.1.1/"' in page
    assert re.search(r'value="urge" checked', page)


def test_a_long_list_has_further_pages_and_few_queries(
    cast: Cast, visit: Visit, settings: Settings, django_assert_max_num_queries: object
) -> None:
    settings.BIHUAN_WEBHOOK_HOSTS = ["10.0.0.9"]
    admin = cast.who(ADMIN)
    hook, _ = subscribe("甲", "https://10.0.0.9/", [], [], admin, now=cast.now)
    Delivery.objects.bulk_create(
        Delivery(
            key=f"k{n}", channel="webhook", subscription=hook, status=DEAD, reason="hook_status",
            detail="500", next_at=cast.now, created_at=cast.now,
        )
        for n in range(60)
    )  # fmt: skip
    client = visit(admin)

    with django_assert_max_num_queries(10):  # type: ignore[operator]
        page = seen(client, "/delivery/?show=dead")

    assert page.count("接收方没有答复成功") == 25
    assert "下一页" in page


@pytest.mark.parametrize("address", ["", "hooks/", "hooks/new/"])
def test_the_pages_speak_english(cast: Cast, visit: Visit, address: str) -> None:
    client = visit(cast.who(ADMIN))
    client.post("/settings/language/", {"language": "en", "next": "/"})
    main = seen(client, f"/delivery/{address}").partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"[\u4e00-\u9fff]", main)
