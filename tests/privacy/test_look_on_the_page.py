"""On pages personal data is masked; a look shows one value once; forms keep what stands; erasure shows."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.cases.history import events_of
from bihuan.kernel.cases.models import Case
from bihuan.kernel.orgs.models import Person
from bihuan.kernel.privacy.models import PersonalValue
from tests.cast import Cast
from tests.privacy.conftest import PERSON, appealed, through


@pytest.fixture
def browser(spring: Cast, settings: object) -> object:
    """Signs somebody in on the story's date."""

    def sign_in(post: str) -> Client:
        who = spring.who(post)
        ahead = spring.now - timezone.now()
        settings.BIHUAN_CLOCK_SHIFT = int(ahead.total_seconds()) + 60  # type: ignore[attr-defined]
        client = Client()
        client.force_login(
            Person.objects.get(pk=who.person), "django.contrib.auth.backends.ModelBackend"
        )
        return client

    return sign_in


def text(client: Client, case: Case) -> str:
    """The case's page."""
    return str(client.get(f"/cases/{case.number}/").content.decode())


def test_the_page_masks_and_a_look_shows_one_value_once(browser, spring: Cast) -> None:  # type: ignore[no-untyped-def]
    appeal = through_assigned(spring)
    client = browser("office-caller")
    page = text(client, appeal)
    assert "139****6427" in page
    assert "张**" in page
    assert "清泉市河东区***" in page
    assert PERSON["phone"] not in page
    address = f"/cases/{appeal.number}/reveal/{appeal.data['phone']['sealed']}/"
    assert address in page
    looked = client.post(address, {"reason": "回访"})
    assert PERSON["phone"] in looked.content.decode()
    assert PERSON["name"] not in looked.content.decode()
    assert "no-store" in looked["Cache-Control"]
    after = text(client, appeal)
    assert PERSON["phone"] not in after
    assert "查看个人信息" in after
    assert "回访" in after
    assert client.get(address).status_code == 405


def through_assigned(cast: Cast) -> Case:
    """An appeal with the handling unit, so that its people see it."""
    return cast.does(appealed(cast), "assign", cast.who("office-clerk"), unit="works")


def test_who_may_not_look_sees_no_button_and_is_refused(browser, spring: Cast) -> None:  # type: ignore[no-untyped-def]
    appeal = appealed(spring)
    client = browser("office-guardian")
    assert "/reveal/" not in text(client, appeal)
    address = f"/cases/{appeal.number}/reveal/{appeal.data['phone']['sealed']}/"
    assert client.post(address, {"reason": "x"}).status_code == 403
    assert browser("works-liaison").post(address, {"reason": "x"}).status_code == 404
    assert len(events_of(appeal)) == 1


def test_an_edit_form_says_the_mask_and_blank_keeps_the_value(browser, spring: Cast) -> None:  # type: ignore[no-untyped-def]
    appeal = appealed(spring)
    client = browser("office-clerk")
    page = text(client, appeal)
    assert "现为 139****6427；留空则不改。" in page
    sent = {"phone": "", "address": "", "content": "还是不亮", "expect": "1", "key": "k"}
    assert client.post(f"/cases/{appeal.number}/act/amend/", sent).status_code == 302
    appeal.refresh_from_db()
    assert appeal.data["content"] == "还是不亮"
    assert set(appeal.data["phone"]) == {"sealed", "tag"}


def test_erasing_on_the_page_shows_and_the_timeline_says_who_and_why(browser, spring: Cast) -> None:  # type: ignore[no-untyped-def]
    appeal = through(spring, appealed(spring))
    case = Case.objects.get(pk=appeal.pk)
    client = browser("office-guardian")
    assert "永久删除" in text(client, case)
    sent = {"field": ["name", "phone"], "ground": "本人书面申请"}
    assert client.post(f"/cases/{case.number}/erase/", sent).status_code == 302
    page = text(client, case)
    assert "已依法删除" in page
    assert "姓名、电话" in page
    assert "第四十七条" in page
    assert "本人书面申请" in page
    assert "1411**********002X" in page


def test_a_caller_is_found_by_the_whole_number_only(browser, spring: Cast) -> None:  # type: ignore[no-untyped-def]
    appeal = appealed(spring)
    client = browser("office-clerk")
    assert "/cases/person/" in client.get("/cases/").content.decode()
    ask = {"kind": "phone", "value": "13935816427", "reason": "再次来电"}
    assert appeal.number in client.post("/cases/person/", ask).content.decode()
    assert (
        appeal.number
        not in client.post("/cases/person/", ask | {"value": "1393581"}).content.decode()
    )
    assert client.post("/cases/person/", ask | {"reason": ""}).status_code == 422
    assert browser("works-liaison").post("/cases/person/", ask).status_code == 200
    assert [e.action for e in events_of(appeal)] == ["open", "look"]


def test_lists_and_ledger_pages_hold_no_clear_value(browser, spring: Cast) -> None:  # type: ignore[no-untyped-def]
    appeal = through(spring, appealed(spring))
    client = browser("office-caller")
    events = [f"/ledger/{event.pk}/" for event in events_of(appeal)]
    for address in ("/", "/cases/", "/cases/?q=张晓燕", "/ledger/", "/notices/", *events):
        page = re.sub(r'value="[^"]*"', "", client.get(address).content.decode())
        assert not any(value in page for value in [*PERSON.values(), "王秀兰", "8221234"])
    assert PersonalValue.objects.count() == 8
