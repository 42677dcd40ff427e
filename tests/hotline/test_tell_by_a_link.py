"""The link of a callback: its holder answers without a code, once, while the callback runs; every other token opens nothing."""

import pytest

from bihuan.hotline.callback_link import begun_at, callback_token
from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from tests.hotline.conftest import Hall, Visit

GOOD = {"solved": "yes", "rating": "good", "contacted": "yes", "words": "谢谢"}


def link_of(case: Case) -> str:
    """The address of the callback in which a demand stands."""
    begun = begun_at(case)
    assert begun
    return f"/12345/callback/{callback_token(case.number, begun.seq)}/"


@pytest.mark.parametrize(
    ("solved", "rating", "action", "state"),
    [
        ("yes", "good", "solved", "closed"),
        ("yes", "bad", "solved_unhappy", "closed"),
        ("no", "very", "not_solved", "handling"),
    ],
)
def test_the_two_questions_are_answered_apart(
    hall: Hall, visitor: Visit, solved: str, rating: str, action: str, state: str
) -> None:
    case = hall.answered()
    address, client = link_of(case), visitor()
    text = client.get(address).content.decode()
    assert "已更换3盏路灯" in text
    assert "解决了吗" in text

    sent = client.post(address, GOOD | {"solved": solved, "rating": rating}, follow=True)

    assert "已收到您的评价" in sent.content.decode()
    case.refresh_from_db()
    last = Event.objects.filter(stream=case.number).latest("seq")
    assert (case.state, last.action, last.post) == (state, action, "ll-hotline-online")
    assert last.content["given"]["way"] == "link"
    assert last.content["given"]["contacted"] is True


def test_a_second_tap_changes_nothing(hall: Hall, visitor: Visit) -> None:
    case = hall.answered()
    address, client = link_of(case), visitor()
    for _ in range(2):
        client.post(address, GOOD)
    actions = Event.objects.filter(stream=case.number).values_list("action", flat=True)
    assert list(actions).count("solved") == 1


def test_looking_at_it_uses_nothing_up(hall: Hall, visitor: Visit) -> None:
    case = hall.answered()
    address, client = link_of(case), visitor()
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert client.post(address, GOOD).status_code == 302


def test_an_incomplete_answer_is_refused_in_place(hall: Hall, visitor: Visit) -> None:
    address = link_of(hall.answered())
    answer = visitor().post(address, {"rating": "good", "words": "留着"})
    assert answer.status_code == 422
    assert "请选择是否已解决" in answer.content.decode()
    assert "留着" in answer.content.decode()


def test_after_its_days_it_is_dead(hall: Hall, visitor: Visit) -> None:
    address = link_of(hall.answered())
    hall.cast.later(days=8)
    answer = visitor().get(address)
    assert answer.status_code == 410
    assert "此链接已失效" in answer.content.decode()


def test_a_new_callback_has_a_new_link_and_the_old_one_stays_dead(
    hall: Hall, visitor: Visit
) -> None:
    case = hall.answered()
    old, client = link_of(case), visitor()
    client.post(old, GOOD | {"solved": "no"})
    hall.does(case, "reply", hall.cast.handler, answer="再次修好了。")
    case = hall.does(case, "pass", hall.who("quality"))
    assert link_of(case) != old
    visit = visitor()
    assert "解决了吗" not in visit.get(old).content.decode()
    assert visit.post(old, GOOD).status_code == 200
    case.refresh_from_db()
    assert case.state == "callback"
    assert visit.post(link_of(case), GOOD).status_code == 302


def test_a_telephone_callback_ends_the_link(hall: Hall, visitor: Visit) -> None:
    case = hall.answered()
    address = link_of(case)
    hall.does(case, "solved", hall.who("callback"), way="phone", rating="good")
    assert "解决了吗" not in visitor().get(address).content.decode()


def test_changed_tokens_open_nothing_and_tries_are_limited(hall: Hall, visitor: Visit) -> None:
    address = link_of(hall.answered())
    other = hall.registered(phone="13935800002", content="另一件诉求，请处理。")
    client = visitor()
    wrong = [
        address[:-2] + ("A/" if address[-2] != "A" else "B/"),
        address.replace(address.split("/")[3].split(".")[0], other.number),
        "/12345/callback/x/",
    ]
    for token in wrong:
        answer = client.get(token)
        assert answer.status_code == 404
        assert "这个链接不对" in answer.content.decode()
    statuses = [client.get(wrong[0]).status_code for _ in range(8)]
    assert statuses == [404] * 7 + [429]
    assert client.get(address, REMOTE_ADDR="10.0.0.9").status_code == 200


def test_it_speaks_english(hall: Hall, visitor: Visit) -> None:
    address, client = link_of(hall.answered()), visitor()
    client.post("/settings/language/", {"language": "en", "next": "/"})
    text = client.get(address).content.decode()
    assert "Please rate" in text
    assert "can be used once" in text
