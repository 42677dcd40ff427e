"""The watcher of a run knows from the events alone who is told with a demand, and notices where the product finds others."""

import pytest
from django.db import connection

from bihuan.kernel.cases.city import city, matter_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.tellings import FOLLOWING
from bihuan.simulation import outsiders
from bihuan.simulation.invariants import Broken
from bihuan.simulation.ledger import EVENT, Seen, Witness
from bihuan.simulation.memory import Chronicle, Memory
from bihuan.simulation.outsiders import check_followers, check_tellings
from tests.cast import Cast
from tests.hotline.conftest import Hall

pytestmark = pytest.mark.django_db


def seen(main: Case) -> tuple[Chronicle, Memory, Witness]:
    """The main demand's chronicle, after everything that was written."""
    connection.ensure_connection()
    witness, memory = Witness(connection.connection), Memory(city())
    for row in witness.rows(f"{EVENT} WHERE matter = 'hotline.demand' ORDER BY id"):
        event = Seen(*row)
        if event.stream not in memory.cases:
            matter, _ = matter_at(event.matter, event.version)
            memory.open(event, event.stream, matter)
        memory.cases[event.stream].add(event, event.content)
    return memory.cases[main.number], memory, witness


def told(cast: Cast) -> Case:
    """A demand that was dispatched with two followers, one through the other; a third was joined later."""
    hall = Hall(cast)
    main, *others = [
        hall.registered(content=f"{n}号路口的路灯不亮，请来修。", phone="") for n in range(4)
    ]
    for case, to in zip(others, (main, others[0], main), strict=True):
        if case is others[2]:
            hall.does(main, "dispatch", hall.who("dispatcher"), lead="ll-edu")
        hall.does(case, "link", hall.who("operator-1"), main=to.number)
    return main


def test_the_product_finds_those_whom_the_events_name(cast: Cast) -> None:
    check_followers(*seen(told(cast)))


@pytest.mark.parametrize(
    "bug",
    [("= %(number)s AND ended_at", "= 'nobody' AND ended_at"), ("ended_at <=", "ended_at >=")],
)
def test_others_are_noticed(
    cast: Cast, bug: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main = told(cast)
    assert bug[0] in FOLLOWING
    monkeypatch.setattr(outsiders, "FOLLOWING", FOLLOWING.replace(*bug))
    with pytest.raises(Broken, match="followers"):
        check_followers(*seen(main))


def test_a_row_too_many_or_too_few_is_noticed(cast: Cast) -> None:
    main = told(cast)
    chronicle, _, _ = seen(main)
    rows = list(main.tellings.order_by("seq").values_list("case_id", "seq", "action", "at"))
    check_tellings(chronicle, rows)
    for wrong in (rows[1:], [*rows, rows[0]]):
        with pytest.raises(Broken, match="tellings"):
            check_tellings(chronicle, wrong)
