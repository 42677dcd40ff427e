"""The check makes no false alarm while cases move, people are appointed and seals are made."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from bihuan.kernel.cases.city import algorithm
from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.posts import appoint
from bihuan.kernel.cases.verify import Wanted, parts
from bihuan.kernel.ledger import verify
from bihuan.kernel.ledger.parts import run
from bihuan.kernel.ledger.seals import seal
from bihuan.kernel.orgs.acting import SYSTEM_ACTOR
from bihuan.kernel.orgs.models import Person, Post
from tests.cast import START, Cast

ROUNDS = 15


def test_no_false_alarm(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "RANGE", 3)
    failures: list[BaseException] = []
    threads = [
        threading.Thread(target=kept_safe, args=(work, failures)) for work in works(committed)
    ]
    for thread in threads:
        thread.start()
    is_first = True
    while is_first or any(thread.is_alive() for thread in threads):
        assert list(run(parts(committed.now, Wanted(every_seal=True)))) == []
        is_first = False
    assert failures == []
    assert list(run(parts(committed.now, Wanted(every_seal=True)))) == []


def works(cast: Cast) -> list[Callable[[int], object]]:
    """What goes on at the same time, each done so many times."""
    task, planner, at = cast.draft(), cast.planner, cast.now
    other = Cast(people=dict(cast.people))

    def staff(n: int) -> None:
        person = Person.objects.create_person(f"n{n}", f"新人{n}", "")
        appoint(person, Post.objects.get(pk="ll-edu-liaison"), SYSTEM_ACTOR, now=START)

    return [
        lambda n: act(task.number, "edit", planner, {"standard": f"第{n}稿"}, now=at),
        lambda n: other.commitment(),
        lambda n: seal(at=at, algorithm=algorithm()),
        staff,
    ]


def kept_safe(work: Callable[[int], object], failures: list[BaseException]) -> None:
    """Work in a thread; what goes wrong is told to the test."""
    try:
        for n in range(ROUNDS):
            work(n)
    except Exception as error:
        failures.append(error)
    finally:
        connection.close()
