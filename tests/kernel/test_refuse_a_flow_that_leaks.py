"""Taking the verifier, a clock, an owner or a way out of Lüliang's matters is refused, with the path that leaks."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from bihuan.kernel.catalog.load import load_city
from bihuan.kernel.errors import CatalogError
from bihuan.kernel.matters.checks import Leak, check_matter
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.facts import GUARDS
from bihuan.kernel.matters.flow import Flow
from bihuan.kernel.matters.guards import children_ended
from bihuan.plan import rules
from tests.kernel.replay import replays

LVLIANG = Path(__file__).parents[2] / "catalog" / "lvliang"
CITY = load_city(LVLIANG)
assert children_ended
assert rules


def raw(key: str) -> dict[str, Any]:
    """A matter's file as plain values, to be spoilt."""
    text = (LVLIANG / "matters" / f"{key}.yaml").read_text(encoding="utf-8")
    return copy.deepcopy(yaml.safe_load(text))


def leaks(spoilt: dict[str, Any]) -> list[Leak]:
    """What the checker says of a spoilt matter among the sound others."""
    matter = Matter.model_validate(spoilt)
    return list(
        check_matter(
            matter,
            roles=CITY.roles,
            guards=GUARDS,
            parameters=CITY.parameters,
            matters={**CITY.matters, matter.key: matter},
        )
    )


def test_the_shipped_matters_are_sound() -> None:
    for key in CITY.matters:
        assert leaks(raw(key)) == []


def test_a_verifier_that_may_be_the_lead_unit_is_a_leak() -> None:
    task = raw("plan.task")
    del task["actions"]["verify"]["not_by"]
    found = [leak for leak in leaks(task) if leak.code == "unverified"]
    assert (
        "待签收 —签收→ 办理中 —申请销号→ 待核查 —核查通过→ 待销号 —销号→ 已销号" in found[0].message
    )
    assert replays(Matter.model_validate(task), found[0])


def test_a_claim_that_ends_the_task_is_a_leak() -> None:
    task = raw("plan.task")
    task["actions"]["claim"]["to"] = "signed_off"
    found = [leak for leak in leaks(task) if leak.code == "unverified"]
    assert found
    assert found[0].path[-1].action == "claim"
    assert replays(Matter.model_validate(task), found[0])


def test_without_any_verifying_action_the_file_is_refused() -> None:
    task = raw("plan.task")
    del task["actions"]["verify"]
    assert {leak.code for leak in leaks(task)} == {"unknown_name"}
    task["verify"] = []
    assert "unreachable" in {leak.code for leak in leaks(task)}


def test_a_promise_that_the_office_could_fulfil_by_hand_is_a_leak() -> None:
    commitment = raw("plan.commitment")
    commitment["actions"]["fulfil"]["by"] = ["planner@office"]
    assert "unverified" in {leak.code for leak in leaks(commitment)}


def test_verifying_once_and_finishing_again_unseen_is_a_leak() -> None:
    task = raw("plan.task")
    task["actions"]["send_back"] |= {"to": "in_progress"}
    task["actions"]["claim"]["from"] = ["in_progress"]
    task["actions"]["shortcut"] = {
        "label": "直接销号", "from": ["in_progress"], "to": "signed_off", "by": ["unit_head@lead"],
    }  # fmt: skip
    found = [leak for leak in leaks(task) if leak.code == "unverified"]
    assert found[0].path[-1].action == "shortcut"


SPOIL: dict[str, tuple[tuple[str, ...], object, str]] = {
    "no clock": (("clocks", "draft", "runs_in"), ["issued"], "parked"),
    "a clock on a date nobody fills": (
        ("clocks", "draft"),
        {"label": "x", "runs_in": ["drafting"], "until": "requested_deadline"},
        "parked",
    ),
    "no owner": (("states", "claimed", "owner"), "", "ownerless"),
    "an owner that may be empty": (("states", "claimed", "owner"), "assist", "unknown_name"),
    "no way out": (("actions", "verify", "to"), "same", "endless"),
    "nothing remembered": (("actions", "request_extension", "remember"), False, "no_address"),
    "an unknown state": (("actions", "claim", "to"), "nowhere", "unknown_name"),
    "an unknown role": (("actions", "claim", "by"), ["wizard@lead"], "unknown_name"),
    "an unknown rule": (("actions", "claim", "guard"), ["no_such_rule"], "unknown_name"),
    "an unknown parameter": (("clocks", "verify", "within", "amount"), "plan.nothing", "unknown_name"),
    "a state nobody reaches": (("actions", "request_extension", "to"), "same", "unreachable"),
    "a required field not handed on": (("actions", "sign_for", "opens", "copy"), {"title": "title"}, "not_given"),
    "an undriven system action": (("actions", "urge", "by"), ["system"], "undriven"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOIL)
def test_each_kind_of_leak_is_found(what: str) -> None:
    place, value, code = SPOIL[what]
    task = raw("plan.task")
    node = task
    for name in place[:-1]:
        node = node[name]
    node[place[-1]] = value
    if what in ("no way out",):
        for name in ("reject", "sign_off"):
            task["actions"][name]["from"] = ["verified"]
    found = leaks(task)
    assert code in {leak.code for leak in found}
    assert all(replays(Matter.model_validate(task), leak) for leak in found)


def test_the_checker_names_file_line_and_path(tmp_path: Path) -> None:
    import shutil

    spoilt = Path(shutil.copytree(LVLIANG, tmp_path / "city"))
    file = spoilt / "matters" / "plan.task.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    at = lines.index("  verify:") + 1
    bar = next(n for n, line in enumerate(lines) if n > at and "not_by" in line)
    file.write_text("\n".join(lines[:bar] + lines[bar + 1 :]), encoding="utf-8")
    with pytest.raises(CatalogError) as refused:
        load_city(spoilt)
    text = str(refused.value)
    assert text.startswith("matters/plan.task.yaml:")
    assert "—申请销号→ 待核查 —核查通过→" in text


def test_an_edit_may_empty_a_field_that_a_clock_stands_on() -> None:
    flow = Flow(Matter.model_validate(raw("plan.commitment")))
    assert "deadline" not in flow.filled[("to_review", "")]
    assert "deadline" in flow.filled[("assigned", "")]


def test_a_state_that_cannot_be_reached_says_which_edge_is_missing() -> None:
    task = raw("plan.task")
    task["actions"]["verify"]["to"] = "withdrawn"
    told = {leak.loc[1]: leak.message for leak in leaks(task) if leak.code == "unreachable"}
    assert "没有任何动作通向它" in told["verified"]
    assert "只有 “销号” 通向它，而其来源环节 待销号 也无法到达" in told["signed_off"]
    dead = {leak.loc[1]: leak.message for leak in leaks(task) if leak.code == "dead_action"}
    assert "其来源环节 待销号 都无法到达" in dead["sign_off"]


def test_a_clock_cannot_run_and_pause_in_one_state() -> None:
    task = raw("plan.task")
    task["clocks"]["weekly"]["pauses_in"] = ["in_progress"]
    assert "runs_and_pauses" in {leak.code for leak in leaks(task)}
