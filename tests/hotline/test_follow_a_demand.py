"""The holder of number and code sees what becomes of a demand, and may add, rate, ask again: nobody else, and no name."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.hotline.following import follow_code
from bihuan.kernel.cases.models import Case
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.models import Person
from tests.hotline.conftest import WORDS, Hall, Visit, photo

SENT = {"content": WORDS, "kind": "help", "identity": "open", "phone": "13835800001"}


def page(client: Client, address: str) -> str:
    """A page that was answered."""
    answer = client.get(f"/12345/{address}")
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def opened(client: Client, case: Case) -> Client:
    """The browser after number and code were typed in."""
    sent = {"number": case.number.lower(), "code": follow_code(case.number).lower()}
    answer = client.post("/12345/follow/", sent)
    assert answer.status_code == 302, answer.content
    return client


def test_a_demand_is_sent_from_the_page_and_gets_number_and_code(visitor: Visit) -> None:
    client = visitor()
    files = [SimpleUploadedFile("灯.jpg", photo())]
    answer = client.post("/12345/", SENT | {"files": files}, follow=True)
    case = Case.objects.get()
    text = answer.content.decode()
    assert case.number in text
    assert follow_code(case.number) in text
    assert "5个工作日" in text.replace(" ", "")
    assert Event.objects.get(stream=case.number).post == "ll-hotline-online"


def test_a_refused_demand_comes_back_with_what_was_typed(visitor: Visit) -> None:
    answer = visitor().post("/12345/", SENT | {"phone": "123"})
    assert answer.status_code == 422
    assert WORDS in answer.content.decode()
    assert "这不是有效的电话" in answer.content.decode()
    assert not Case.objects.exists()


def test_sending_twice_shows_the_same_number(visitor: Visit) -> None:
    client = visitor()
    for _ in range(2):
        assert client.post("/12345/", SENT).status_code == 302
    assert Case.objects.count() == 1


def test_the_code_is_neither_stored_nor_guessed(hall: Hall, visitor: Visit) -> None:
    case = hall.registered()
    code = follow_code(case.number)
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code)
    assert code not in str(Event.objects.get(stream=case.number).content)
    client = visitor()
    assert client.get(f"/12345/{case.number}/").status_code == 302
    wrong = {"number": case.number, "code": "2222-2222"}
    statuses = [client.post("/12345/follow/", wrong).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    right = {"number": case.number, "code": code}
    assert client.post("/12345/follow/", right).status_code == 429
    elsewhere = client.post("/12345/follow/", right, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302, "others' tries do not lock the holder out"
    assert client.post("/12345/follow/", right, REMOTE_ADDR="2001:db8::1").status_code == 302


def test_another_number_and_a_wrong_code_look_alike(hall: Hall, visitor: Visit) -> None:
    case = hall.registered()
    client = visitor()
    tries = [
        client.post("/12345/follow/", {"number": number, "code": "2222-2222"}).content.decode()
        for number in (case.number, "SQ2023-99999")
    ]
    said = [re.search(r"<p>编号或查询码不对。.*?</p>", text) for text in tries]
    assert said[0]
    assert said[1]
    assert said[0][0] == said[1][0]


def test_progress_is_told_without_names(hall: Hall, visitor: Visit) -> None:
    case = hall.answered()
    text = page(opened(visitor(), case), f"{case.number}/")
    assert "已更换3盏路灯" in text
    assert "请您评价" in text
    assert "市教育局" in text
    names = Person.objects.exclude(username="hotline.online").values_list("name", flat=True)
    assert [name for name in names if name in text] == []


def test_an_answer_that_was_not_checked_is_not_shown(hall: Hall, visitor: Visit) -> None:
    case = hall.registered()
    hall.does(case, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    hall.does(case, "sign_for", hall.cast.handler)
    hall.does(case, "reply", hall.cast.handler, answer="尚未审核的答复")
    assert "尚未审核的答复" not in page(opened(visitor(), case), f"{case.number}/")


def test_the_due_instant_is_said(hall: Hall, visitor: Visit) -> None:
    case = hall.registered()
    text = page(opened(visitor(), case), f"{case.number}/")
    assert "接诉转办" in text
    assert "2023-03-01" in text


@pytest.mark.parametrize(
    ("solved", "rating", "action", "state"),
    [
        ("yes", "good", "solved", "closed"),
        ("yes", "bad", "solved_unhappy", "closed"),
        ("no", "good", "not_solved", "handling"),
    ],
)
def test_the_two_questions_are_asked_apart(
    hall: Hall, visitor: Visit, solved: str, rating: str, action: str, state: str
) -> None:
    case = hall.answered()
    client = opened(visitor(), case)
    sent = {"solved": solved, "rating": rating, "contacted": "no", "words": "谢谢", "key": "k1"}
    for _ in range(2):
        answer = client.post(f"/12345/{case.number}/rate/", sent)
    assert answer.status_code == 302
    case.refresh_from_db()
    last = Event.objects.filter(stream=case.number).latest("seq")
    assert (case.state, last.action) == (state, action)
    assert last.content["given"]["contacted"] is False


def test_a_rating_without_an_answer_is_refused_in_place(hall: Hall, visitor: Visit) -> None:
    case = hall.answered()
    answer = opened(visitor(), case).post(f"/12345/{case.number}/rate/", {"words": "留着"})
    assert answer.status_code == 422
    assert "请选择是否已解决" in answer.content.decode()
    assert "留着" in answer.content.decode()


def test_words_and_a_picture_are_added_and_the_picture_is_shown_without_exif(
    hall: Hall, visitor: Visit
) -> None:
    case = hall.registered()
    client = opened(visitor(), case)
    files = [SimpleUploadedFile("再拍.jpg", photo(2000))]
    sent = {"words": "又坏了一盏", "files": files, "key": "k"}
    assert client.post(f"/12345/{case.number}/add/", sent).status_code == 302
    text = page(client, f"{case.number}/")
    assert "又坏了一盏" in text
    found = re.search(rf'src="/(12345/{case.number}/pictures/\d+/)"', text)
    assert found
    shown = client.get(f"/{found[1]}")
    assert shown["Content-Type"] == "image/jpeg"
    assert b"SECRETCAMERA" not in shown.content
    assert b"Exif" not in shown.content
    assert b"SECRETCAMERA" in photo()
    assert visitor().get(f"/{found[1]}").status_code == 404


def test_an_empty_addition_and_a_false_picture_are_refused(hall: Hall, visitor: Visit) -> None:
    case = hall.registered()
    client = opened(visitor(), case)
    empty = client.post(f"/12345/{case.number}/add/", {"words": "\u202e "})
    assert empty.status_code == 422
    false = [SimpleUploadedFile("a.jpg", b"MZ" * 500)]
    answer = client.post(f"/12345/{case.number}/add/", {"words": "看图", "files": false})
    assert answer.status_code == 422
    assert not case.evidence.exists()


def test_a_closed_demand_is_handled_again_within_thirty_days(hall: Hall, visitor: Visit) -> None:
    case = hall.closed()
    client = opened(visitor(), case)
    assert "申请重新办理" in page(client, f"{case.number}/")
    sent = {"reason": "又灭了", "key": "k"}
    assert client.post(f"/12345/{case.number}/reopen/", sent).status_code == 302
    case.refresh_from_db()
    assert case.state == "handling"


def test_after_thirty_days_the_page_says_what_to_do_instead(hall: Hall, visitor: Visit) -> None:
    case = hall.closed()
    hall.cast.later(days=40)
    client = opened(visitor(), case)
    assert "申请重新办理" not in page(client, f"{case.number}/")
    answer = client.post(f"/12345/{case.number}/reopen/", {"reason": "又灭了"})
    assert "作为新诉求登记" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "closed"


def test_the_pages_speak_english(hall: Hall, visitor: Visit) -> None:
    case = hall.answered()
    client = visitor()
    client.post("/settings/language/", {"language": "en", "next": "/"})
    assert "Say it" in page(client, "")
    assert "Please rate" in page(opened(client, case), f"{case.number}/")


def test_only_get_and_held_deeds_exist(hall: Hall, visitor: Visit) -> None:
    case = hall.registered()
    client = opened(visitor(), case)
    assert client.post(f"/12345/{case.number}/decline/").status_code == 404
    assert client.get(f"/12345/{case.number}/add/").status_code == 405
    assert visitor().post(f"/12345/{case.number}/add/", {"words": "x"}).status_code == 404


def test_the_desk_cannot_sign_in(hall: Hall) -> None:
    assert hall.desk.name == "网上受理"
    person = Person.objects.get(username="hotline.online")
    assert not person.has_usable_password()


def test_whoever_was_joined_sees_how_the_main_one_goes_and_nothing_its_caller_said(
    hall: Hall, visitor: Visit
) -> None:
    main = hall.answered()
    hall.does(main, "add", hall.desk, words="我家孩子在三单元，请保密。")
    middle = hall.registered(content="路灯不亮，请尽快修理一下。", phone="13935800002")
    mine = hall.registered(content="那个路口太黑了，请装灯。", phone="13735800003")
    hall.does(mine, "link", hall.who("operator-1"), main=middle.number)
    hall.does(middle, "link", hall.who("operator-1"), main=main.number)

    text = page(opened(visitor(), mine), f"{mine.number}/")

    assert "已合并办理" in text
    assert "已有答复。" in text
    assert "3月2日已更换3盏路灯" in text
    assert "承办单位已签收" in text
    for private in ("三单元", WORDS, "请您评价是否", "13835800001", 'name="rating"'):
        assert private not in text


def test_the_answer_that_the_joined_see_has_no_personal_data(hall: Hall, visitor: Visit) -> None:
    main = hall.registered()
    mine = hall.registered(content="那个路口太黑了，请装灯。", phone="13735800003")
    hall.does(mine, "link", hall.who("operator-1"), main=main.number)
    hall.does(main, "dispatch", hall.who("dispatcher"), lead="ll-edu")
    hall.does(main, "sign_for", hall.cast.handler)
    hall.does(main, "reply", hall.cast.handler, answer="已修好，并电话13812345678告知。")
    client = opened(visitor(), mine)
    assert "已修好" not in page(client, f"{mine.number}/")
    hall.does(main, "pass", hall.who("quality"))
    hall.does(main, "not_solved", hall.desk, way="link", rating="bad", words="灯还是坏的")
    text = page(client, f"{mine.number}/")
    assert "退回重新办理" in text
    assert "灯还是坏的" not in text
    assert "13812345678" not in text


def test_two_that_were_joined_to_one_another_come_to_an_end(hall: Hall, visitor: Visit) -> None:
    one, two = hall.registered(), hall.registered(content="路口太黑了，请装灯。", phone="")
    hall.does(one, "link", hall.who("operator-1"), main=two.number)
    hall.does(two, "link", hall.who("operator-1"), main=one.number)
    assert "已合并办理" in page(opened(visitor(), one), f"{one.number}/")
