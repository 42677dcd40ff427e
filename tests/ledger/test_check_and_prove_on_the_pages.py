"""Whoever reads the ledger starts its check, watches it, and takes seals and proofs away; nobody else does."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.ledger.models import Event, LedgerCheck
from bihuan.kernel.ledger.proofs import prove
from bihuan.kernel.ledger.seals import document_of, seal
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.models import Person
from bihuan.web.clock import now
from tests.cast import Cast
from tests.ledger.conftest import alter

Visit = Callable[[Acting], Client]


@pytest.fixture
def visit(committed: Cast, settings: Settings) -> Iterator[Visit]:
    """A signed-in browser in the committed story."""

    def sign_in(who: Acting) -> Client:
        settings.BIHUAN_CLOCK_SHIFT = int((committed.now - timezone.now()).total_seconds()) + 60
        client = Client()
        client.force_login(
            Person.objects.get(pk=who.person), "django.contrib.auth.backends.ModelBackend"
        )
        return client

    with override("zh-hans"):
        yield sign_in


def checked(client: Client) -> str:
    """The page of a check that was started and has ended."""
    url = client.post("/ledger/verify/")["Location"]
    for thread in threading.enumerate():
        if thread.name.startswith("check-"):
            thread.join(60)
    return client.get(url).content.decode()


def test_the_check_says_that_all_agree(committed: Cast, visit: Visit) -> None:
    committed.claimed()
    page = checked(visit(committed.chief))
    assert f"{Event.objects.count()} 个事件" in page
    assert "全部相符" in page
    assert "hx-get" not in page


def test_the_check_names_what_was_altered_and_is_kept(committed: Cast, visit: Visit) -> None:
    task = committed.in_progress()
    alter("UPDATE cases_case SET title = '另一件事' WHERE number = %s", task.number)
    client = visit(committed.who("ll-auditor"))
    page = checked(client)
    assert f"{task.number} #{task.seq}" in page
    check = LedgerCheck.objects.get()
    assert f"/ledger/checks/{check.pk}/" in client.get("/ledger/").content.decode()
    assert (
        f"{task.number} #{task.seq}" in client.get(f"/ledger/checks/{check.pk}/").content.decode()
    )


def test_a_check_that_fails_says_so(committed: Cast, visit: Visit, settings: Settings) -> None:
    committed.claimed()
    client = visit(committed.chief)
    settings.BIHUAN_FILES = "\0"  # no such path on any system
    assert "核验没有做完" in checked(client)


def test_a_running_check_is_shown_and_no_second_is_started(committed: Cast, visit: Visit) -> None:
    client = visit(committed.chief)
    running = LedgerCheck.objects.create(
        person=1, person_name="某人", started_at=now(), seen_at=now(), part="cases", done=3, total=9
    )
    url = client.post("/ledger/verify/")["Location"]
    assert url == f"/ledger/checks/{running.pk}/"
    page = client.get(url).content.decode()
    assert "重演各办件" in page
    assert "3/9" in page
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="check" hx-get')
    LedgerCheck.objects.update(seen_at=now() - timedelta(minutes=11))
    assert "核验中断了" in client.get(url).content.decode()
    assert client.post("/ledger/verify/")["Location"] != url
    checked(client)


def test_seals_and_proofs_are_taken_away(committed: Cast, visit: Visit) -> None:
    task = committed.claimed()
    client = visit(committed.inspector)
    assert "还没有封存点" in client.get("/ledger/seals/").content.decode()
    assert "/ledger/proofs/" not in client.get(f"/cases/{task.number}/").content.decode()
    sealed = seal(at=committed.now, algorithm=algorithm())
    assert "/ledger/seals/1/" in client.get("/ledger/seals/").content.decode()
    file = client.get("/ledger/seals/1/")
    assert json.loads(file.content) == document_of(sealed)
    assert "checkpoint-1.json" in file["Content-Disposition"]
    url = f"/ledger/proofs/{task.number}/"
    assert url in client.get(f"/cases/{task.number}/").content.decode()
    assert json.loads(client.get(url).content) == prove(task.number)


def test_who_does_not_read_the_ledger_gets_none_of_it(committed: Cast, visit: Visit) -> None:
    task = committed.claimed()
    seal(at=committed.now, algorithm=algorithm())
    client = visit(committed.handler)
    assert "/ledger/proofs/" not in client.get(f"/cases/{task.number}/").content.decode()
    for url in ("/ledger/seals/", "/ledger/seals/1/", f"/ledger/proofs/{task.number}/"):
        assert client.get(url).status_code == 403, url
    assert client.post("/ledger/verify/").status_code == 403
    assert LedgerCheck.objects.count() == 0
