"""Parts that go on side by side and come together: lead and assisting units, in any order, at once, none at all."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from bihuan.kernel.cases.engine import act
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import NotAllowed, NotNow
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.orgs.acting import Acting
from tests.cases.conftest import Confluence

OWN = "路基已通"
ORDERS = tuple(itertools.permutations(["works", "water", "power"]))


def fresh(case: Case) -> Case:
    """The case as it stands."""
    return Case.objects.get(pk=case.pk)


def events(case: Case) -> list[str]:
    """What was done, in order."""
    return list(
        Event.objects.filter(stream=case.number).order_by("seq").values_list("action", flat=True)
    )


def test_each_unit_has_its_own_part_its_own_clock_and_its_own_sign_off(flows: Confluence) -> None:
    case = flows.joint("water", "power")
    parts = {str(part.data["unit"]): part for part in case.children.all()}
    assert {unit: part.matter for unit, part in parts.items()} == {
        "works": "flow.own", "water": "flow.part", "power": "flow.part",
    }  # fmt: skip
    assert all(part.owner_id == unit for unit, part in parts.items())
    assert all(part.clocks.filter(is_open=True).count() == 1 for part in parts.values())
    flows.does(parts["water"], "answer", flows.of("water"), answer="同意")
    for stranger in ("power", "works", "water"):
        with pytest.raises(NotAllowed):
            flows.does(parts["water"], "accept", flows.of(stranger))
    assert flows.does(parts["water"], "accept", flows.checker).end == "success"
    assert fresh(case).state == "side_by_side"


@pytest.mark.parametrize("order", ORDERS)
def test_the_last_part_to_end_brings_them_together_whatever_the_order(
    flows: Confluence, order: tuple[str, ...]
) -> None:
    case = flows.joint("water", "power")
    for unit in order:
        assert fresh(case).state == "side_by_side"
        flows.finishes(case, unit, OWN if unit == "works" else f"{unit}同意")
    case = fresh(case)
    assert case.state == "merged"
    assert case.data["outcome"] == [{"text": OWN}]
    assert case.data["answers"] == [
        {"unit": "water", "answer": "water同意"}, {"unit": "power", "answer": "power同意"},
    ]  # fmt: skip
    assert case.clocks.filter(key="claim", is_open=True).count() == 1
    assert list(verify_all(flows.now)) == []


def test_the_lead_unit_claims_with_one_merged_answer_and_cannot_verify_it(
    flows: Confluence,
) -> None:
    case = flows.joint("water")
    with pytest.raises(NotNow):
        flows.does(case, "claim", flows.of("works"))
    flows.finishes(case, "water")
    flows.finishes(case, "works", OWN)
    flows.does(case, "claim", flows.of("works"))
    for handler in ("works", "water"):
        with pytest.raises(NotAllowed):
            flows.does(case, "verify", flows.of(handler))
    assert flows.does(case, "verify", flows.checker).end == "success"


def test_without_assisting_units_the_lead_units_own_part_is_all_that_is_waited_for(
    flows: Confluence,
) -> None:
    case = flows.joint()
    assert case.children.count() == 1
    flows.finishes(case, "works", OWN)
    case = fresh(case)
    assert (case.state, case.data["answers"]) == ("merged", [])


def test_where_nobody_is_asked_it_comes_together_at_once(flows: Confluence) -> None:
    case = flows.does(flows.opens("flow.survey"), "ask", flows.clerk)
    assert case.children.count() == 0
    assert (fresh(case).state, fresh(case).data["opinions"]) == ("collected", [])
    assert events(case) == ["open", "ask", "collect"]


def test_a_unit_on_two_lists_is_asked_once(flows: Confluence) -> None:
    case = flows.opens("flow.survey", first=["water", "works"], others=["power", "water"])
    flows.does(case, "ask", flows.clerk)
    asked = [part.data["unit"] for part in case.children.order_by("id")]
    assert asked == ["water", "works", "power"]


def test_a_part_that_ends_otherwise_is_not_waited_for_and_not_gathered(flows: Confluence) -> None:
    case = flows.does(flows.opens("flow.survey", first=["water", "power"]), "ask", flows.clerk)
    flows.finishes(case, "water", "同意")
    flows.does(flows.part(case, "power"), "excuse", flows.checker)
    case = fresh(case)
    assert case.state == "collected"
    assert case.data["opinions"] == [{"unit": "water", "answer": "同意"}]


def test_a_part_sent_back_is_waited_for_with_a_fresh_clock(flows: Confluence) -> None:
    case = flows.joint("water")
    flows.finishes(case, "works", OWN)
    part = flows.part(case, "water")
    flows.does(part, "answer", flows.of("water"), answer="不完整")
    flows.later(days=1)
    flows.does(part, "redo", flows.checker)
    assert flows.clock(part, "answer").run == 2
    assert fresh(case).state == "side_by_side"
    flows.finishes(case, "water", "完整")
    assert fresh(case).data["answers"] == [{"unit": "water", "answer": "完整"}]


def test_a_part_taken_up_again_takes_its_parent_back_until_it_has_ended_again(
    flows: Confluence,
) -> None:
    case = flows.joint("water")
    flows.finishes(case, "water", "同意")
    flows.finishes(case, "works", OWN)
    flows.does(flows.part(case, "water"), "take_up", flows.checker)
    assert fresh(case).state == "side_by_side"
    flows.finishes(case, "water", "有条件同意")
    case = fresh(case)
    assert case.state == "merged"
    assert case.data["answers"] == [{"unit": "water", "answer": "有条件同意"}]
    assert events(case) == ["open", "issue", "merge", "parts_again", "merge"]


def test_a_rejected_answer_opens_new_parts_and_gathers_what_all_rounds_brought(
    flows: Confluence,
) -> None:
    case = flows.joint("water")
    for unit in ("water", "works"):
        flows.finishes(case, unit, "第一轮")
    flows.does(case, "claim", flows.of("works"))
    flows.does(case, "reject", flows.checker)
    assert case.children.filter(end="").count() == 2
    for unit in ("water", "works"):
        flows.finishes(case, unit, "第二轮")
    case = fresh(case)
    assert case.state == "merged"
    assert case.data["answers"] == [
        {"unit": "water", "answer": "第一轮"}, {"unit": "water", "answer": "第二轮"},
    ]  # fmt: skip
    assert list(verify_all(flows.now)) == []


def test_a_parent_that_left_is_not_pulled_back_by_its_parts(flows: Confluence) -> None:
    case = flows.joint("water")
    flows.finishes(case, "water")
    flows.finishes(case, "works", OWN)
    flows.does(flows.part(case, "water"), "take_up", flows.checker)
    flows.finishes(case, "water")
    flows.does(case, "drop", flows.clerk)
    flows.does(flows.part(case, "water"), "take_up", flows.checker)
    flows.finishes(case, "water")
    assert fresh(case).state == "dropped"


def accept_at_once(numbers: list[str], checker: Acting, now: datetime) -> None:
    """Confirm each in a thread of its own, all starting together; raises what any of them raised."""
    gate = threading.Barrier(len(numbers))

    def accept(number: str) -> None:
        try:
            gate.wait(timeout=20)
            act(number, "accept", checker, {}, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(numbers)) as threads:
        list(threads.map(accept, numbers))


def test_parts_that_end_at_once_come_together_once(committed_flows: Confluence) -> None:
    flows = committed_flows
    for _ in range(5):
        case = flows.joint("water", "power")
        flows.finishes(case, "works", OWN)
        parts = [flows.part(case, unit) for unit in ("water", "power")]
        for part in parts:
            flows.does(part, "answer", flows.of(str(part.data["unit"])), answer="同意")
        numbers = [part.number for part in parts]
        accept_at_once(numbers, flows.checker, flows.later(minutes=1))
        assert fresh(case).state == "merged"
        assert events(case).count("merge") == 1
    assert list(verify_all(flows.now)) == []
