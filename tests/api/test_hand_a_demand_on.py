"""A demand is handed on to another platform, once; followed there; and called back by us, whatever they say."""

import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import urllib3
from pytest_django import Settings

from bihuan.api.peer_exchange import LATEST, exchange
from bihuan.api.peer_wire import state_of
from bihuan.delivery.schedule import LEASE
from bihuan.hotline.callback import attempts_of, verdict
from bihuan.hotline.following import ask_again, followed, rate
from bihuan.hotline.peer_keys import peer_key, set_peer_key
from bihuan.hotline.peer_models import OPEN, OVER, SENDING, Handing, PeerKey
from bihuan.hotline.peers import peers_now
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import NotAllowed, NotNow, Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from tests.api.platform import Platform, a_platform
from tests.cast import Cast
from tests.config.conftest import var
from tests.config.product import Product, bihuan, free_port
from tests.delivery.running import eventually
from tests.hotline.conftest import Hall, hall

__all__ = ["hall", "var"]

HOUR = timedelta(hours=1)
PEERS = """
peers:
  shanxi:
    name: 山西省12345平台
    url: {url}
    jurisdiction: "{jurisdiction}"
    repeats: {repeats}
    services: {services}
  taiyuan: {{name: 太原市12345热线, url: "{url}", usual: other}}
"""
Connect = Callable[..., None]


@pytest.fixture
def platform() -> Iterator[Platform]:
    """Another platform."""
    with a_platform() as found:
        yield found


@pytest.fixture
def connect(cast: Cast, tmp_path: Path, settings: Settings) -> Connect:
    """Write the platform's address into a copy of the catalog, allow it, and keep its key."""

    def write(
        url: str, repeats: str = "unsafe", services: str = "{help: help}", key: str = "secret-key",
        jurisdiction: str = "",
    ) -> None:  # fmt: skip
        home = tmp_path / "catalog"
        if not home.exists():
            shutil.copytree(settings.BIHUAN_CATALOG, home)
        said = PEERS.format(url=url, repeats=repeats, services=services, jurisdiction=jurisdiction)
        (home / "hotline/peers.yaml").write_text(said)
        settings.BIHUAN_CATALOG = home
        settings.BIHUAN_WEBHOOK_HOSTS = ["127.0.0.1"]
        if key:
            set_peer_key("shanxi", key, SYSTEM_ACTOR, now=cast.now)

    return write


def handed_on(hall: Hall, peer: str = "shanxi", **changes: str) -> Case:
    """A demand that the dispatcher hands on."""
    case = hall.registered(**changes)
    return hall.does(case, "hand_on", hall.who("dispatcher"), peer=peer, reason="属省级职责")


def runs(hall: Hall, after: timedelta = timedelta(seconds=1)) -> Case:
    """One round of the worker; returns the newest demand as it stands then."""
    hall.cast.later(seconds=after.total_seconds())
    exchange(lambda: hall.cast.now)
    return Case.objects.latest("pk")


def taken(case: Case) -> list[str]:
    """The actions that were taken on a demand."""
    return list(
        Event.objects.filter(stream=case.number).order_by("seq").values_list("action", flat=True)
    )


def given(case: Case, action: str) -> dict[str, object]:
    """What was said with the newest such action."""
    content = Event.objects.filter(stream=case.number, action=action).latest("seq").content
    return {**content["edits"], **content["given"]}


def test_it_is_sent_once_with_our_number_and_followed_until_it_is_closed(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    case = handed_on(hall, address="滨河北路8号", place="141102")
    assert runs(hall).data["peer_number"] == "P-1"
    [sent] = platform.sent
    assert (sent["api_key"], sent["service_code"]) == ("secret-key", "help")
    assert sent["description"].startswith(f"[吕梁市 {case.number}] 滨河北路")
    assert sent["address_string"] == "吕梁市离石区滨河北路8号"
    assert platform.keys == [f"lvliang.{case.number}.2"]
    platform.says("open", "已派省交通运输厅")
    assert given(runs(hall, HOUR), "peer_says")["words"] == "已派省交通运输厅"
    runs(hall, HOUR)
    platform.says("closed", "已修好12盏路灯")
    done = runs(hall, LATEST)
    assert (done.state, done.end, done.data["answer"]) == ("callback", "", "已修好12盏路灯")
    assert taken(case) == ["open", "hand_on", "handed_over", "peer_says", "peer_closed"]
    assert Handing.objects.get().status == OVER
    before = len(platform.asked)
    runs(hall, LATEST)
    assert (len(platform.sent), len(platform.asked)) == (1, before)
    assert followed(done, now=hall.cast.now).answer == "已修好12盏路灯"
    assert not list(verify_all(hall.cast.now))


def test_an_open_caller_is_named_there_and_the_ledger_says_so(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    handed_on(hall, name="张三", mail="zhang@example.com")
    assert given(runs(hall), "handed_over")["shared"] == "诉求人、联系电话、电子邮箱"
    sent = platform.sent[0]
    assert [sent[name] for name in ("last_name", "phone", "email")] == [
        "张三", "13835800001", "zhang@example.com",
    ]  # fmt: skip


@pytest.mark.parametrize("identity", ["confidential", "anonymous"])
def test_nothing_of_a_caller_who_asked_for_silence_leaves_the_house(
    hall: Hall, platform: Platform, connect: Connect, identity: str
) -> None:
    connect(platform.url)
    words = "楼下饭店油烟扰民，我的电话是13912345678，请保密。"
    handed_on(hall, identity=identity, name="张三", mail="zhang@example.com", content=words)
    assert given(runs(hall), "handed_over")["shared"] is None
    whole = str(platform.sent)
    assert "油烟扰民" in whole
    for secret in ("张三", "13835800001", "13912345678", "zhang"):
        assert secret not in whole


def test_an_unclear_answer_is_never_sent_again_by_itself(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    platform.takes = None
    case = handed_on(hall)
    stuck = runs(hall)
    assert stuck.state == "handing_stuck"
    said = given(stuck, "peer_stuck")
    assert (said["why"], said["shared"]) == ("unclear", "联系电话")
    for _ in range(3):
        runs(hall, LATEST)
    assert len(platform.sent) == 1
    chief = hall.who("chief")
    hall.does(case, "confirm_handed", chief, peer_number="P-7")
    platform.says("closed", "已办", number="P-7")
    assert runs(hall).state == "callback"
    assert len(platform.sent) == 1


@pytest.mark.parametrize("answer", [(500, []), (201, []), (200, b"<html>"), (302, []), (201, b"x" * 300_000)])  # fmt: skip
def test_whatever_does_not_say_that_it_was_not_taken_is_unclear(
    hall: Hall, platform: Platform, connect: Connect, answer: tuple[int, object]
) -> None:
    connect(platform.url)
    platform.takes = answer
    handed_on(hall)
    assert given(runs(hall), "peer_stuck")["why"] == "unclear"


def test_a_person_may_have_it_sent_again(hall: Hall, platform: Platform, connect: Connect) -> None:
    connect(platform.url)
    platform.takes = (503, [])
    case = handed_on(hall)
    runs(hall)
    platform.takes = (201, [{"service_request_id": "P-2"}])
    hall.does(case, "send_again", hall.who("dispatcher"), reason="已电话核实，对方没有收到")
    assert runs(hall).data["peer_number"] == "P-2"
    assert len(set(platform.keys)) == 1


def test_a_platform_that_knows_its_keys_is_tried_again_under_the_same(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url, repeats="safe")
    platform.takes = None
    case = handed_on(hall)
    assert runs(hall).state == "handed_on"
    platform.takes = (201, [{"service_request_id": "P-3"}])
    assert runs(hall, HOUR).data["peer_number"] == "P-3"
    assert platform.keys == [f"lvliang.{case.number}.2"] * 2


def test_nobody_there_is_tried_again_and_at_last_told(hall: Hall, connect: Connect) -> None:
    connect(f"http://127.0.0.1:{free_port()}/v2")
    case = handed_on(hall)
    assert runs(hall).state == "handed_on"
    for _ in range(8):
        case = runs(hall, timedelta(days=2))
    assert (case.state, given(case, "peer_stuck")["why"]) == ("handing_stuck", "unreachable")


def test_a_refusal_is_told_with_their_words(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    platform.takes = (400, [{"code": 400, "description": "缺少 address\x00_string"}])
    handed_on(hall)
    said = given(runs(hall), "peer_stuck")
    assert (said["why"], said["words"]) == ("refused", "400 缺少 address_string")


@pytest.mark.parametrize("changes", [{"key": ""}, {"services": "{consult: c}"}])
def test_without_a_key_or_a_service_nothing_is_sent(
    hall: Hall, platform: Platform, connect: Connect, changes: dict[str, str]
) -> None:
    connect(platform.url, **changes)
    handed_on(hall)
    assert given(runs(hall), "peer_stuck")["why"] == "not_set"
    assert not platform.sent


def test_a_worker_that_died_while_sending_leaves_it_to_a_person(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    case = handed_on(hall)
    left = {"status": SENDING, "attempts": 1, "next_at": hall.cast.now + LEASE}
    Handing.objects.create(case=case, seq=2, decided=2, peer="shanxi", **left)
    assert runs(hall).state == "handed_on"
    stuck = runs(hall, LEASE)
    assert given(stuck, "peer_stuck")["why"] == "unclear"
    assert not platform.sent


def test_a_token_becomes_a_number_later(hall: Hall, platform: Platform, connect: Connect) -> None:
    connect(platform.url)
    platform.takes = (200, [{"token": "T/1"}])
    case = handed_on(hall)
    assert runs(hall).data["peer_number"] == "T/1"
    runs(hall, HOUR)
    platform.knows["/v2/tokens/T%2F1.json"] = (200, [{"service_request_id": "P-9", "token": "T/1"}])
    platform.says("open", number="P-9")
    assert runs(hall, HOUR).data["peer_number"] == "P-9"
    assert taken(case)[-2:] == ["handed_over", "peer_says"]


def test_who_is_silent_is_asked_ever_more_seldom(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    handed_on(hall)
    runs(hall)
    for _ in range(48):
        runs(hall, timedelta(minutes=30))
    assert 6 <= len(platform.asked) <= 12
    assert Handing.objects.get().status == OPEN


def test_what_they_closed_and_did_not_solve_is_dispatched_anew(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    case = handed_on(hall)
    runs(hall)
    platform.says("closed")
    case = runs(hall, HOUR)
    assert case.data["answer"] == "对方平台已办结，没有附说明。"
    assert verdict(case, "false", "") == "redispatch"
    assert attempts_of([case.number], now=hall.cast.now)[case.number].counted == 0
    with pytest.raises(Refusal):
        hall.does(case, "not_solved", hall.desk, way="link", rating="bad")
    case = rate(case, {"solved": "no", "rating": "bad"}, hall.desk, now=hall.cast.later(minutes=1))
    assert case.state == "registered"
    assert case.clocks.filter(key="dispatch", is_open=True, status="running").exists()
    second = hall.does(case, "hand_on", hall.who("chief"), peer="shanxi", reason="再次转办")
    platform.takes = (201, [{"service_request_id": "P-2"}])
    assert runs(hall).data["peer_number"] == "P-2"
    assert len(set(platform.keys)) == 2
    platform.says("closed", "真的修好了", number="P-2")
    closed = hall.does(runs(hall, HOUR), "solved", hall.desk, way="link", rating="good")
    assert closed.end == "success"
    again = ask_again(second, "又坏了", hall.desk, now=hall.cast.later(minutes=1))
    assert (again.state, taken(again)[-1]) == ("registered", "reopen_anew")


def test_what_a_unit_answered_goes_back_to_it_and_nowhere_else(hall: Hall) -> None:
    case = hall.answered()
    with pytest.raises(Refusal):
        hall.does(case, "redispatch", hall.desk, way="link", rating="bad")
    assert verdict(case, "false", "") == "not_solved"


def test_what_was_taken_back_is_not_sent_and_not_followed(
    hall: Hall, platform: Platform, connect: Connect
) -> None:
    connect(platform.url)
    case = handed_on(hall)
    dispatcher = hall.who("dispatcher")
    hall.does(case, "take_back", dispatcher, reason="应由本市办理")
    runs(hall)
    assert not platform.sent
    hall.does(case, "hand_on", dispatcher, peer="shanxi", reason="属省级职责")
    runs(hall)
    hall.does(case, "take_back", dispatcher, reason="应由本市办理")
    platform.says("closed")
    assert runs(hall, HOUR).state == "registered"
    assert not platform.asked


@pytest.mark.parametrize("seat", ["operator-1", "callback", "quality"])
def test_only_the_dispatcher_and_the_chief_hand_on(hall: Hall, seat: str) -> None:
    case = hall.registered()
    with pytest.raises(NotAllowed):
        hall.does(case, "hand_on", hall.who(seat), peer="shanxi", reason="属省级职责")


def test_a_key_is_kept_sealed_and_only_for_a_platform_of_the_catalog(
    cast: Cast, connect: Connect
) -> None:
    connect("http://127.0.0.1:9/v2")
    assert b"secret-key" not in bytes(PeerKey.objects.get().sealed)
    assert peer_key("shanxi") == "secret-key"
    assert Event.objects.filter(stream="delivery", action="peer_key_set").exists()
    for peer, key in (("nowhere", "k"), ("shanxi", ""), ("shanxi", "a\nb")):
        with pytest.raises(Refusal):
            set_peer_key(peer, key, SYSTEM_ACTOR, now=cast.now)


def numbered(hall: Hall) -> str:
    """The number there, after as many rounds as a slow machine needs: a safe platform is asked again under the same key."""
    for _ in range(5):
        case = runs(hall, HOUR)
        if Handing.objects.get().status == OPEN:
            break
    return str(case.data.get("peer_number"))


def test_the_real_product_takes_it_and_answers_it(hall: Hall, connect: Connect, var: Path) -> None:
    port = free_port()
    other = Product.start(var, port)
    try:
        eventually(other.answers)
        assert bihuan(var, "appoint", "d", "派单员", "ll-hotline-dispatcher").returncode == 0
        key = bihuan(var, "api-key", "hotline.online", "ll-hotline-online", "吕梁").stdout.strip()
        seat = bihuan(var, "api-key", "d", "ll-hotline-dispatcher", "派单").stdout.strip()
        connect(f"http://127.0.0.1:{port}/open311/v2", "safe", key=key, jurisdiction="141100")
        handed_on(hall, address="滨河北路8号")
        number = numbered(hall)
        assert number.startswith("SQ"), Handing.objects.get().detail
        # Sent again under its key, as after an answer that was lost, it is the same request there.
        Handing.objects.update(status=SENDING, next_at=hall.cast.now)
        assert numbered(hall) == number
        assert taken(Case.objects.get()).count("handed_over") == 2
        peer = peers_now()["shanxi"]
        heard = state_of(peer, number)
        assert heard is not None
        assert not heard.is_closed
        done = urllib3.request(
            "POST", f"http://127.0.0.1:{port}/api/v1/cases/{number}/actions/decline",
            json={"ground": "elsewhere", "route": "请向交口县反映。"},
            headers={"Authorization": f"Bearer {seat}", "Idempotency-Key": "t-1"},
        )  # fmt: skip
        assert done.status == 200, done.data
        case = runs(hall, HOUR)
        assert case.state == "callback"
        assert case.data["answer"] == "热线不受理此事，请按下面告知的途径办理。"
    finally:
        other.end(signal.SIGTERM)


def test_a_case_that_was_not_handed_on_takes_no_news(hall: Hall) -> None:
    case = hall.registered()
    with pytest.raises(NotNow):
        act(case.number, "peer_closed", hall.desk, {"answer": "x"}, now=hall.cast.now)
