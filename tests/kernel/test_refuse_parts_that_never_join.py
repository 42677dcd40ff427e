"""A join that is not the system's, stays, comes too early, goes in a circle or waits for ever is refused, with its path."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.matters.checks import Leak, check_matter
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import GUARDS
from bihuan.kernel.matters.guards import children_ended
from tests.kernel.replay import replays

CITY_OF_FLOWS = Path(__file__).parents[1] / "cases" / "flows_city"
CITY = load_city(CITY_OF_FLOWS)
assert children_ended
Plain = dict[str, Any]
Spoil = Callable[[dict[str, Plain]], None]


def leaks(spoil: Spoil) -> list[tuple[Matter, Leak]]:
    """What the prover says of the city's matters once something is spoilt, each with the matter its path walks in."""
    plain = {
        file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in sorted((CITY_OF_FLOWS / "matters").glob("*.yaml"))
    }
    plain = copy.deepcopy(plain)  # anchors are shared otherwise
    spoil(plain)
    matters = {key: Matter.model_validate(value) for key, value in plain.items()}
    return [
        (matters[leak.walked or matter.key], leak)
        for matter in matters.values()
        for leak in check_matter(
            matter, roles=CITY.roles, guards=GUARDS, parameters=CITY.parameters, matters=matters
        )
    ]


def joint(plain: dict[str, Plain]) -> Plain:
    """The actions of the joint matter."""
    found: Plain = plain["flow.joint"]["actions"]
    return found


def by_a_person(plain: dict[str, Plain]) -> None:
    """The join is granted to the clerk."""
    joint(plain)["merge"]["by"] = ["clerk@office"]


def stays(plain: dict[str, Plain]) -> None:
    """The join leads to where it waits."""
    joint(plain)["merge"]["to"] = "same"


def too_early(plain: dict[str, Plain]) -> None:
    """A rejected claim goes back to waiting, and opens nothing to wait for."""
    joint(plain)["reject"].pop("opens")


def in_the_first_state(plain: dict[str, Plain]) -> None:
    """The join waits where a case is opened."""
    joint(plain)["merge"]["from"] = ["draft", "side_by_side"]


def in_a_circle(plain: dict[str, Plain]) -> None:
    """What the system does when the answer is late opens the parts again."""
    again = copy.deepcopy(joint(plain)["reject"]) | {"from": ["merged"], "by": ["system"]}
    again.pop("not_by")
    joint(plain)["once_more"] = again
    plain["flow.joint"]["clocks"]["claim"]["missed"] = "once_more"


def never_waits(plain: dict[str, Plain]) -> None:
    """After a rejection the case ends, although parts were opened to join."""
    joint(plain)["reject"]["to"] = "dropped"


def parts_without_end(plain: dict[str, Plain]) -> None:
    """Each part begins by waiting for a part of its own."""
    part = plain["flow.part"]
    part["states"]["deeper"] = {"label": "等下级", "owner": "unit"}
    part["actions"]["answer"] |= {
        "to": "deeper", "opens": {"matter": "flow.part", "join": "up", "copy": {
            "title": "title", "unit": "unit", "inspection": "inspection"}},
    }  # fmt: skip
    part["actions"]["excuse"]["from"] = ["deeper"]
    part["actions"]["up"] = {
        "label": "汇合",
        "from": ["deeper"],
        "to": "answered",
        "by": ["system"],
    }
    part["actions"].pop("excuse")
    part["states"].pop("excused")


def opened_without_anybody(plain: dict[str, Plain]) -> None:
    """A part that is late opens another, which will be late."""
    part = plain["flow.part"]
    part["actions"]["deputise"] = {
        "label": "另请", "from": ["asked"], "to": "same", "by": ["system"],
        "opens": {"matter": "flow.part", "copy": {"title": "title", "unit": "unit", "inspection": "inspection"}},
    }  # fmt: skip
    part["clocks"]["answer"]["missed"] = "deputise"


def what_it_never_opens(plain: dict[str, Plain]) -> None:
    """Gathered are errands, which the joint matter does not open."""
    joint(plain)["merge"]["gathers"]["answers"] = {
        "matter": "flow.errand", "copy": {"unit": "lead", "answer": "title"},
    }  # fmt: skip


def what_can_be_empty(plain: dict[str, Plain]) -> None:
    """A part can be accepted without an answer, and every row must have one."""
    plain["flow.part"]["actions"]["answer"].pop("requires")


def another_type(plain: dict[str, Plain]) -> None:
    """A text is gathered into a column of units."""
    joint(plain)["merge"]["gathers"]["answers"]["copy"]["unit"] = "title"


def may_refuse(plain: dict[str, Plain]) -> None:
    """A rule may refuse the join that alone leaves the state: nothing would try it again."""
    joint(plain)["merge"]["guard"] = ["children_ended"]


def an_empty_form(plain: dict[str, Plain]) -> None:
    """The join asks for something, and nobody fills in."""
    joint(plain)["merge"]["form"] = {"why": {"type": "text", "label": "理由", "required": True}}


def the_same_list_twice(plain: dict[str, Plain]) -> None:
    """Two handoffs of one action to the same matter over the same list."""
    plain["flow.survey"]["actions"]["ask"]["opens"][1]["for_each"] = "first"


CASES: dict[str, tuple[Spoil, set[str]]] = {
    "join_not_system": (by_a_person, {"join_not_system"}),
    "join_stays": (stays, {"join_stays"}),
    "join_early": (too_early, {"join_early"}),
    "join_early at opening": (in_the_first_state, {"join_early"}),
    "join_circle": (in_a_circle, {"join_circle"}),
    "join_unreached": (never_waits, {"join_unreached"}),
    "parts_endless": (parts_without_end, {"parts_endless"}),
    "endless_handoff": (opened_without_anybody, {"endless_handoff"}),
    "gather_stranger": (what_it_never_opens, {"gather_stranger"}),
    "gather_empty": (what_can_be_empty, {"gather_empty"}),
    "gather_type": (another_type, {"gather_type"}),
    "a join that may be refused": (may_refuse, {"parked", "left_to_nobody"}),
    "system_form": (an_empty_form, {"system_form"}),
    "handoff_twice": (the_same_list_twice, {"handoff_twice"}),
}
NOT_WALKED = {"gather_stranger", "gather_type", "system_form", "handoff_twice"}


def test_the_city_of_flows_is_sound() -> None:
    assert leaks(lambda plain: None) == []


@pytest.mark.parametrize("what", CASES)
def test_each_way_not_to_come_together_is_refused_and_replays(what: str) -> None:
    spoil, wanted = CASES[what]
    found = leaks(spoil)
    assert wanted <= {leak.code for _, leak in found}
    for matter, leak in found:
        assert leak.message.endswith("）")
        assert replays(matter, leak)
        if leak.code in wanted - NOT_WALKED and not what.endswith("opening"):
            assert leak.path


def test_a_circle_is_told_from_its_beginning_round_to_where_it_closes() -> None:
    ((_, leak), *_) = [pair for pair in leaks(in_a_circle) if pair[1].code == "join_circle"]
    assert [step.action for step in leak.path] == ["issue", "merge", "once_more"]
    assert "待交办 —交办→ 各方办理 —汇总→ 已汇总 —全部重做→ 各方办理" in leak.message
