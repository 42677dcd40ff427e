"""An event reaches a receiver signed, as the documentation says how to check; failures are tried again or end it."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from bihuan.delivery.attempt import attempt
from bihuan.delivery.models import DEAD, SENT, WAITING, Delivery, Subscription
from bihuan.delivery.outbox import drain
from bihuan.delivery.subscriptions import pause, ping, resume, subscribe
from bihuan.kernel.cases.models import Notice
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import FormRefusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import Acting
from tests.cast import Cast
from tests.config.product import free_port
from tests.delivery.certificate import certificate_for
from tests.delivery.conftest import Receiver, told_once

pytestmark = pytest.mark.django_db
NOTICES = Path(__file__).resolve().parents[2] / "docs/notices.md"
Accept = Callable[..., bool]


@pytest.fixture
def accept() -> Accept:
    """The receiver's function exactly as the documentation prints it."""
    (example,) = re.findall(r"```python\n(.*?)```", NOTICES.read_text(encoding="utf-8"), re.S)
    names: dict[str, Any] = {}
    exec(example, names)
    found: Accept = names["accept"]
    return found


def tried(cast: Cast, **later: float) -> Delivery:
    """Drain, let time pass, try the only delivery."""
    drain(now=cast.now)
    delivery = Delivery.objects.get()
    attempt(delivery.pk, now=cast.later(**later))
    delivery.refresh_from_db()
    return delivery


def test_the_documented_receiver_accepts_once_and_refuses_what_was_altered(
    cast: Cast, receiver: Receiver, admin: Acting, accept: Accept
) -> None:
    _, secret = subscribe("督办平台", receiver.url, [], [], admin, now=cast.now)
    notice = told_once(cast, email="")
    delivery = tried(cast)
    Delivery.objects.update(status=WAITING, next_at=cast.now)  # the crash after the answer
    tried(cast)
    first, second = receiver.posts

    def clock() -> float:
        return cast.now.timestamp()

    assert accept(secret, first.headers, first.body, clock) is True
    assert accept(secret, second.headers, second.body, clock) is False
    with pytest.raises(ValueError, match="not from"):
        accept(secret, first.headers, first.body.replace(b"ll-edu", b"ll-eda"), clock)
    with pytest.raises(ValueError, match="too old"):
        accept(secret, first.headers, first.body, lambda: clock() + 301)
    assert first.headers["Content-Type"].startswith("application/cloudevents+json")
    event = Event.objects.get(stream=notice.case.number, seq=notice.seq)
    at = event.at.isoformat().replace("+00:00", "Z")
    assert json.loads(first.body) == {
        "specversion": "1.0",
        "id": delivery.key,
        "source": "https://bihuan.example",
        "type": "cn.bihuan.case.issue",
        "subject": notice.case.number,
        "time": at,
        "datacontenttype": "application/json",
        "data": {
            "number": notice.case.number,
            "matter": "plan.task",
            "action": "issue",
            "from": event.content["from"],
            "to": event.content["to"],
            "seq": notice.seq,
            "at": at,
            "unit": "ll-edu",
        },
    }
    assert first.headers["webhook-id"] == delivery.key


def test_the_signature_is_made_at_the_real_time_even_in_a_demonstration(
    cast: Cast, hook: Subscription, receiver: Receiver, settings: Settings
) -> None:
    settings.BIHUAN_CLOCK_SHIFT = -86_400
    told_once(cast, email="")

    tried(cast)

    (post,) = receiver.posts
    assert int(post.headers["webhook-timestamp"]) == int(cast.now.timestamp()) + 86_400


@pytest.mark.parametrize(
    ("matters", "actions", "fits"),
    [
        ([], [], True),
        (["plan.task"], ["issue", "urge"], True),
        (["plan.part"], [], False),
        ([], ["urge"], False),
    ],
)
def test_only_what_the_filter_lets_through_is_posted(
    cast: Cast,
    receiver: Receiver,
    admin: Acting,
    matters: list[str],
    actions: list[str],
    fits: bool,
) -> None:
    subscribe("督办平台", receiver.url, matters, actions, admin, now=cast.now)
    told_once(cast, email="")

    drain(now=cast.now)

    assert Delivery.objects.exists() is fits


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_any_other_answer_is_tried_again_and_no_redirect_is_followed(
    cast: Cast, hook: Subscription, receiver: Receiver, status: int
) -> None:
    told_once(cast, email="")
    receiver.answers, receiver.location = [status], receiver.url

    delivery = tried(cast)

    assert (delivery.status, delivery.reason, delivery.detail) == (
        WAITING, "hook_status", str(status),
    )  # fmt: skip
    assert delivery.next_at == cast.now + timedelta(minutes=1)
    assert len(receiver.posts) == 1


def test_gone_ends_the_subscription_on_record(
    cast: Cast, hook: Subscription, receiver: Receiver
) -> None:
    told_once(cast, email="")
    receiver.answers = [410]

    delivery = tried(cast)

    hook.refresh_from_db()
    assert (hook.is_active, hook.stopped_by, delivery.status) == (False, "receiver", DEAD)
    recorded = Event.objects.filter(stream="delivery").values_list("action", flat=True)
    assert list(recorded.order_by("seq")) == ["hook_made", "hook_gone"]
    assert list(verify_all(cast.now)) == []


def test_a_paused_hook_gets_nothing_not_even_what_waited(
    cast: Cast, hook: Subscription, receiver: Receiver, admin: Acting
) -> None:
    told_once(cast, email="")
    drain(now=cast.now)
    pause(hook, admin, now=cast.now)

    assert tried(cast).reason == "hook_paused"
    Notice.objects.update(sent_at=None)
    resume(hook, admin, now=cast.now)
    ping(hook, admin, now=cast.now)
    test = Delivery.objects.get(notice=None)
    attempt(test.pk, now=cast.now)

    (post,) = receiver.posts
    assert json.loads(post.body)["type"] == "cn.bihuan.ping"


def test_a_receiver_that_never_answers_is_left(
    cast: Cast, settings: Settings, admin: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts the connection and sends a byte now and then, each within the socket's own patience."""
    monkeypatch.setattr("bihuan.delivery.line.WHOLE_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        stop = threading.Event()

        def drip() -> None:
            link, _ = server.accept()
            with link:
                link.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.1):
                    try:
                        link.sendall(b"X-More: 1\r\n")
                    except OSError:
                        return

        dripping = threading.Thread(target=drip)
        dripping.start()
        settings.BIHUAN_WEBHOOK_HOSTS = [f"127.0.0.1:{port}"]
        subscribe("慢", f"http://127.0.0.1:{port}/", [], [], admin, now=cast.now)
        told_once(cast, email="")

        delivery = tried(cast)

        stop.set()
        dripping.join()
    assert (delivery.status, delivery.reason) == (WAITING, "hook_unreachable")


def test_the_address_is_resolved_once_and_the_checked_one_is_used(
    cast: Cast,
    receiver: Receiver,
    settings: Settings,
    admin: Acting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that answers differently the second time (DNS rebinding) is never asked a second time."""
    settings.BIHUAN_WEBHOOK_HOSTS = ["hooks.example"]
    url = f"http://hooks.example:{receiver.port}/in"
    asked: list[str] = []
    real = socket.getaddrinfo

    def names(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "hooks.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    subscribe("改名", url, [], [], admin, now=cast.now)
    told_once(cast, email="")
    asked.clear()

    delivery = tried(cast)

    assert delivery.status == SENT
    assert asked.count("hooks.example") == 1
    assert receiver.posts[0].headers["Host"] == f"hooks.example:{receiver.port}"


@pytest.mark.parametrize(("name", "arrives"), [("hooks.example", True), ("other.example", False)])
def test_the_certificate_must_be_for_the_name_not_the_address(
    cast: Cast, receiver: Receiver, settings: Settings, admin: Acting, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, name: str, arrives: bool,
) -> None:  # fmt: skip
    chain, key = certificate_for(name, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    receiver.secure(context)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more)
    )
    settings.BIHUAN_WEBHOOK_HOSTS = ["hooks.example"]
    subscribe("加密", f"https://hooks.example:{receiver.port}/", [], [], admin, now=cast.now)
    told_once(cast, email="")

    delivery = tried(cast)

    assert (delivery.status == SENT) is arrives
    assert len(receiver.posts) == int(arrives)


INSIDE = [
    "https://127.0.0.1/", "https://localhost/", "https://2130706433/", "https://0x7f.1/",
    "https://10.1.2.3/", "https://192.168.0.1/", "https://172.16.0.1/", "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/", "https://224.0.0.1/",
    "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_the_house_is_refused(cast: Cast, admin: Acting, url: str) -> None:
    with pytest.raises(FormRefusal) as refused:
        subscribe("内部", url, [], [], admin, now=cast.now)
    assert "内部地址" in str(refused.value)


@pytest.mark.parametrize("url", INSIDE[:3])
def test_a_name_that_points_inside_later_is_not_posted_to(
    cast: Cast, hook: Subscription, url: str
) -> None:
    Subscription.objects.update(url=url)
    told_once(cast, email="")

    delivery = tried(cast)

    assert (delivery.status, delivery.reason) == (DEAD, "hook_private")


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/", "ftp://hooks.example/", "https://", "hooks.example", "https://a b/",
     "https://user:pass@hooks.example/", "https://hooks.example:99999/", "https://x/\r\nX: y",
     "https://hooks.example/#x", "https://" + "a" * 500 + ".example/"],
)  # fmt: skip
def test_what_is_no_https_address_is_refused(cast: Cast, admin: Acting, url: str) -> None:
    with pytest.raises(FormRefusal):
        subscribe("错", url, [], [], admin, now=cast.now)
    assert not Subscription.objects.exists()


def test_a_host_that_nobody_answers_at_is_tried_again(
    cast: Cast, settings: Settings, admin: Acting
) -> None:
    port = free_port()
    settings.BIHUAN_WEBHOOK_HOSTS = [f"127.0.0.1:{port}"]
    subscribe("停", f"http://127.0.0.1:{port}/", [], [], admin, now=cast.now)
    told_once(cast, email="")

    assert tried(cast).reason == "hook_unreachable"


def test_the_secret_cannot_be_read_from_the_database(
    cast: Cast, receiver: Receiver, admin: Acting, settings: Settings
) -> None:
    hook, secret = subscribe("督办平台", receiver.url, [], [], admin, now=cast.now)
    assert secret.removeprefix("whsec_").encode() not in bytes(hook.sealed_secret)
    told_once(cast, email="")
    settings.SECRET_KEY = "the key of another installation, long enough"

    assert tried(cast).reason == "hook_secret"
    assert receiver.posts == []


def test_neither_the_token_in_an_address_nor_a_secret_enters_the_ledger(
    cast: Cast, hook: Subscription, receiver: Receiver
) -> None:
    (event,) = Event.objects.filter(stream="delivery")
    assert event.content == {
        "subscription": hook.pk, "name": "督办平台", "host": f"127.0.0.1:{receiver.port}",
    }  # fmt: skip
