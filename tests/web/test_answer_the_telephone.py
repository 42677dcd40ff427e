"""The operator's console: a call rings, the caller's history and what is alike stand beside one form, and it is sent once."""

import json

from django.test import Client
from pytest_django import Settings

from bihuan.api.keys import make_key
from bihuan.delivery.models import Delivery
from bihuan.delivery.server import ShortMessages
from bihuan.delivery.spreading import spread
from bihuan.hotline.intake import Told, register
from bihuan.hotline.models import Ring
from bihuan.hotline.online import online_desk
from bihuan.kernel.cases.models import Case, Telling
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR, Acting
from bihuan.kernel.orgs.models import Holding
from tests.cast import Cast
from tests.web.conftest import Visit

CONSOLE = "/hotline/console/"
CALL = {
    "caller_phone": "138 0013 8000", "caller_name": "王小明", "identity": "open", "channel": "phone",
    "title": "小区暖气不热", "kind": "help", "content": "滨河北路小区三号楼暖气不热，室温只有十三度，已有三天",
    "urgency": "normal", "pace": "general", "place": "141102",
}  # fmt: skip


def operator(cast: Cast) -> Acting:
    """Who sits at the first seat."""
    return cast.who("ll-hotline-operator-1")


def only() -> Case:
    """The one demand there is."""
    return Case.objects.get(matter="hotline.demand")


def rung(cast: Cast, who: Acting, /, **call: str) -> int:
    """The telephone system tells that a call rings; the status of the answer."""
    holding = Holding.objects.get(person=who.person, post=who.post)
    token = make_key(holding, "话务系统", SYSTEM_ACTOR, now=cast.now)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    sent = program.post("/api/v1/hotline/ring", json.dumps(call), content_type="application/json")
    return sent.status_code


def test_a_call_that_rings_opens_the_console_with_its_number(cast: Cast, visit: Visit) -> None:
    seat = operator(cast)
    page = visit(seat)
    assert rung(cast, seat, number="13800138000", call="c-1") == 200
    heard = page.get(f"{CONSOLE}ring/").content.decode()
    assert "138****8000" in heard
    assert "13800138000" not in heard
    assert 'value="13800138000"' in page.get(CONSOLE).content.decode()
    assert "接听" not in page.get(f"{CONSOLE}ring/").content.decode()
    assert b"13800138000" not in bytes(Ring.objects.get().number)


def test_the_same_call_told_twice_rings_once_and_a_stranger_hears_nothing(
    cast: Cast, visit: Visit
) -> None:
    seat, other = operator(cast), cast.who("ll-hotline-operator-2")
    visit(seat)
    for _ in range(2):
        assert rung(cast, seat, number="13800138000", call="c-1") == 200
    assert Ring.objects.count() == 1
    assert "接听" not in visit(other).get(f"{CONSOLE}ring/").content.decode()


def test_what_is_no_number_or_no_seat_does_not_ring(cast: Cast, visit: Visit) -> None:
    seat = operator(cast)
    visit(seat)
    assert rung(cast, seat, number="不知道", call="c-1") == 422
    assert rung(cast, seat, number="13800138000", call="c-1", seat="ll-edu-head") == 422
    assert rung(cast, cast.handler, number="13800138000", call="c-1") in (403, 422)
    assert not Ring.objects.exists()


def test_one_sending_registers_and_dispatches(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    sent = CALL | {"then": "dispatch", "lead": "ll-housing", "routing": "供热", "key": "k1"}
    for _ in range(2):
        assert page.post(CONSOLE, sent).status_code == 302
    assert only().state == "dispatched"
    assert only().data["lead"] == "ll-housing"
    assert not list(verify_all(cast.later(hours=1)))


def test_a_step_that_is_refused_leaves_nothing_and_loses_nothing(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    answer = page.post(CONSOLE, CALL | {"then": "dispatch", "lead": ""})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "室温只有十三度" in said
    assert 'href="#call-lead"' in said
    assert not Case.objects.filter(matter="hotline.demand").exists()


def test_the_history_of_a_number_is_found_and_that_is_on_record(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    page.post(CONSOLE, CALL)
    found = page.post(f"{CONSOLE}caller/", {"caller_phone": "+86 138-0013-8000"}).content.decode()
    assert only().number in found
    assert "8000" not in found.replace(only().number, "")
    record = Event.objects.get(stream="hotline-callers")
    assert record.content["cases"] == [only().number]
    assert "13800138000" not in record.body
    assert (
        "没有您可见的诉求"
        in page.post(f"{CONSOLE}caller/", {"caller_phone": "13911112222"}).content.decode()
    )
    assert not list(verify_all(cast.later(hours=1)))


def test_an_open_demand_that_is_alike_can_be_joined(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    page.post(CONSOLE, CALL)
    main = only()
    asked = {"title": "暖气不热", "content": "滨河北路小区暖气三天不热", "place": "141102"}
    assert main.number in page.post(f"{CONSOLE}beside/", asked).content.decode()
    other = {"title": "公交站牌", "content": "公交站牌被撞倒", "place": "141102"}
    assert main.number not in page.post(f"{CONSOLE}beside/", other).content.decode()
    sent = page.post(CONSOLE, CALL | {"then": "link", "main": main.number})
    assert sent.status_code == 302
    joined = Case.objects.get(state="linked")
    assert joined.number in page.get(f"/cases/{main.number}/").content.decode()
    assert main.title in page.get(f"/cases/{joined.number}/").content.decode()


def test_a_name_that_two_counties_have_makes_the_operator_ask(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    asked = {"title": "停水", "content": "三交镇停水三天了", "place": ""}
    beside = page.post(f"{CONSOLE}beside/", asked).content.decode()
    assert "请问清是哪个县、哪个乡镇：三交镇" in beside
    beside = page.post(f"{CONSOLE}beside/", asked | {"place": "141124"}).content.decode()
    assert 'data-value="141124" data-address="临县三交镇"' in beside


def test_nothing_is_joined_to_a_demand_that_is_not_open(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    answer = page.post(CONSOLE, CALL | {"then": "link", "main": "SQ2023-99999"})
    assert answer.status_code == 422
    assert not Case.objects.filter(matter="hotline.demand").exists()


def test_the_words_of_a_call_point_to_a_unit_with_a_reason(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    asked = {"title": "学校食堂", "content": "教育局管的幼儿园收费太高", "place": "141102"}
    beside = page.post(f"{CONSOLE}beside/", asked).content.decode()
    assert 'data-value="ll-edu"' in beside
    assert "教育局" in beside


def test_only_the_hotline_has_a_console(cast: Cast, visit: Visit) -> None:
    assert visit(cast.handler).get(CONSOLE).status_code == 403
    assert visit(cast.handler).get("/hotline/").status_code == 403
    assert "/hotline/" not in visit(cast.handler).get("/").content.decode()


def test_the_checker_of_a_reply_sees_what_may_be_wrong_with_it(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    page.post(CONSOLE, CALL | {"then": "dispatch", "lead": "ll-edu"})
    case = only()
    cast.later(minutes=5)
    cast.does(case, "sign_for", cast.handler)
    cast.does(
        case,
        "reply",
        cast.handler,
        answer="您好，已转有关部门，保证以后不再发生。电话13912345678。",
    )
    checker = visit(cast.who("ll-hotline-quality")).get(f"/cases/{case.number}/").content.decode()
    assert "<mark>13912345678</mark>" in checker
    assert 'id="hints"' not in visit(cast.handler).get(f"/cases/{case.number}/").content.decode()


def waiting(cast: Cast, page: Client) -> Case:
    """A demand on the callback desk."""
    page.post(CONSOLE, CALL | {"then": "dispatch", "lead": "ll-edu"})
    case = only()
    cast.later(minutes=5)
    steps: list[tuple[str, Acting, dict[str, object]]] = [
        ("sign_for", cast.handler, {}),
        ("reply", cast.handler, {"answer": "已经修好，室温二十度。"}),
        ("pass", cast.who("ll-hotline-quality"), {}),
    ]
    for action, who, given in steps:
        cast.does(case, action, who, **given)
    case.refresh_from_db()
    return case


def test_solved_and_satisfied_are_asked_apart(cast: Cast, visit: Visit) -> None:
    case = waiting(cast, visit(operator(cast)))
    page = visit(cast.who("ll-hotline-callback"))
    assert case.number in page.get("/hotline/callback/").content.decode()
    url = f"/hotline/callback/{case.number}/"
    said = {"way": "phone", "rating": "bad", "then": "asked", "contacted": "true"}
    unasked = page.post(url, said)
    assert unasked.status_code == 422
    assert "请问清诉求是否解决" in unasked.content.decode()
    page.post(url, said | {"is_solved": "true"})
    case.refresh_from_db()
    assert case.state == "closed"
    assert Event.objects.filter(stream=case.number).last().action == "solved_unhappy"  # type: ignore[union-attr]


def test_the_page_of_a_call_says_who_was_told_and_who_needs_the_telephone(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    case = waiting(cast, visit(operator(cast)))
    settings.BIHUAN_SMS = ShortMessages("http://127.0.0.1:9/send")
    Telling.objects.exclude(case=case, action="pass").delete()
    desk, url = cast.who("ll-hotline-callback"), f"/hotline/callback/{case.number}/"
    contacts = {"同一小区甲": "13900139000", "同一小区乙": "0358-8200000", "同一小区丙": ""}
    for title, phone in contacts.items():
        told = Told(content=f"{title}：暖气不热，请来看看。", kind="help", title=title, phone=phone)
        online = online_desk(cast.now)
        follower = register(told, online, now=cast.now)
        cast.does(follower, "link", online, main=case.number)
    Telling.objects.filter(case=case).update(at=cast.later(minutes=1))
    spread(now=cast.now)
    Delivery.objects.filter(channel="sms", status="waiting").filter(
        case__title="同一小区甲"
    ).update(status="sent")

    text = " ".join(visit(desk).get(url).content.decode().split())

    for title, says in zip(
        contacts, ("已自动告知", "未能自动告知，请电话告知", "没有可用的联系方式"), strict=True
    ):
        row = text.partition(title)[2].partition("</li>")[0]
        assert says in row, title
    assert "正在自动告知" in text.partition("评价链接")[2].partition("</dd>")[0]
    assert "13900139000" not in text


def test_a_caller_is_given_up_after_three_attempts_at_different_hours(
    cast: Cast, visit: Visit
) -> None:
    case = waiting(cast, visit(operator(cast)))
    desk = cast.who("ll-hotline-callback")
    url = f"/hotline/callback/{case.number}/"
    for hours in (0, 0, 4, 20):
        cast.later(hours=hours)
        missed = {"way": "phone", "note": "无人接听", "then": "not_reached"}
        assert visit(desk).post(url, missed).status_code == 302
        cast.later(minutes=2)
    assert "3/3" in visit(desk).get(url).content.decode()
    visit(desk).post(url, {"then": "give_up"})
    case.refresh_from_db()
    assert case.state == "unreachable"


def test_the_number_is_shown_once_and_on_record(cast: Cast, visit: Visit) -> None:
    case = waiting(cast, visit(operator(cast)))
    page = visit(cast.who("ll-hotline-callback"))
    url = f"/hotline/callback/{case.number}/"
    assert "138 0013 8000" not in page.get(url).content.decode()
    assert "138 0013 8000" in page.post(f"{url}phone/").content.decode()
    assert Event.objects.filter(stream=case.number, action="look").count() == 1


def test_the_entry_page_counts_by_stage_and_clock(cast: Cast, visit: Visit) -> None:
    page = visit(operator(cast))
    page.post(CONSOLE, CALL)
    assert 'id="stage-registered"' in page.get("/hotline/").content.decode()
    cast.later(days=3)
    late = visit(operator(cast)).get("/hotline/counts/").content.decode()
    assert "state=registered&amp;open=1&amp;overdue=1" in late


def test_the_list_is_taken_out_as_a_workbook(cast: Cast, visit: Visit) -> None:
    import io

    from openpyxl import load_workbook

    page = visit(operator(cast))
    page.post(CONSOLE, CALL | {"title": "=1+1"})
    answer = page.get("/cases/list.xlsx?matter=hotline.demand&open=1")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:3] == [only().number, "群众诉求", "=1+1"]
    assert sheet["C2"].data_type == "s"
