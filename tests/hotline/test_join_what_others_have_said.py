"""Joining instead of repeating: what is alike is shown first, and who joins keeps a number and a code of their own."""

import re

import pytest

from bihuan.hotline.joining import register_joined
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import FormRefusal
from tests.hotline.conftest import WORDS, Hall, Visit, photo, told

MINE = {
    "content": "滨河北路与久安路口路灯坏了好几天，晚上很黑，请尽快修好。",
    "kind": "help",
    "phone": "13900001111",
    "identity": "open",
}


def public(hall: Hall, **changes: str) -> Case:
    """A demand that everybody may see."""
    return hall.does(hall.registered(**changes), "dispatch", hall.who("dispatcher"), lead="ll-edu")


def test_what_others_said_is_shown_before_it_is_sent(hall: Hall, visitor: Visit) -> None:
    main = public(hall)
    page = visitor().post("/12345/", MINE)
    assert page.status_code == 200
    assert main.number in page.content.decode()
    assert "已有人反映过类似的事" in page.content.decode()
    assert "13835800001" not in page.content.decode()
    assert Case.objects.filter(matter="hotline.demand").count() == 1


def test_one_may_send_all_the_same(hall: Hall, visitor: Visit) -> None:
    public(hall)
    assert visitor().post("/12345/", {**MINE, "new": "1"}).status_code == 302
    assert Case.objects.filter(matter="hotline.demand").count() == 2


def test_who_joins_has_a_number_and_a_code_of_their_own(hall: Hall, visitor: Visit) -> None:
    main = public(hall)
    client = visitor()
    page = client.post("/12345/", {**MINE, "main": main.number}, follow=True).content.decode()
    own = Case.objects.get(state="linked")
    assert own.number in page
    assert own.data["main"] == main.number
    assert own.data["caller_phone"] != main.data["caller_phone"]
    followed = client.get(f"/12345/{own.number}/").content.decode()
    assert main.number in followed
    assert "已派给承办单位" in followed


@pytest.mark.parametrize("identity", ["confidential", "anonymous"])
def test_who_asked_for_silence_is_not_offered(hall: Hall, visitor: Visit, identity: str) -> None:
    hidden = public(hall, identity=identity)
    assert visitor().post("/12345/", MINE).status_code == 302
    with pytest.raises(FormRefusal):
        register_joined(told(), hidden.number, hall.desk, now=hall.cast.now)


def test_what_ended_cannot_be_joined_and_nothing_is_stored(hall: Hall, visitor: Visit) -> None:
    main = hall.closed()
    page = visitor().post("/12345/", {**MINE, "main": main.number})
    assert page.status_code == 422
    assert "不能一起反映" in page.content.decode()
    assert Case.objects.filter(matter="hotline.demand").count() == 1


def test_what_is_far_away_is_another_thing(hall: Hall, visitor: Visit) -> None:
    public(hall, lat="37.52", lon="111.14")
    assert visitor().post("/12345/", {**MINE, "lat": "38.46", "lon": "111.13"}).status_code == 302


def test_files_are_not_lost_by_asking(hall: Hall, visitor: Visit) -> None:
    public(hall)
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {**MINE, "files": SimpleUploadedFile("灯.jpg", photo(), "image/jpeg")}
    assert visitor().post("/12345/", sent).status_code == 302


def test_it_is_offered_while_one_writes(hall: Hall, visitor: Visit) -> None:
    main = public(hall)
    found = visitor().post("/12345/alike/", {"content": MINE["content"]}).content.decode()
    assert re.search(rf'name="main" value="{main.number}"', found)
    assert visitor().post("/12345/alike/", {"content": "灯"}).content.decode().strip() == ""


def test_the_words_of_a_question_come_along(hall: Hall, visitor: Visit) -> None:
    assert "医保卡丢了" in visitor().get("/12345/?words=医保卡丢了").content.decode()
    assert WORDS not in visitor().get("/12345/?main=SQ2023-99999").content.decode()
