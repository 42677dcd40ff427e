"""Slips in a matter's file, and what the system would do alone: each is refused by name, at its place."""

from typing import Any

import pytest

from bihuan.kernel.matters.checks import check_matter
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.leaks import Leak
from tests.kernel.flows import errand

ROLES = ("planner", "handler", "inspector", "leader")
CHILD: dict[str, Any] = {"key": "test.part", "prefix": "XB", "actions.verify.then": "settle"}
OPENS: dict[str, Any] = {
    "actions.sign_for.opens": {
        "matter": "test.part",
        "copy": {n: n for n in ("title", "lead", "inspection", "deadline")},
    }
}
SETTLE: dict[str, Any] = {
    "label": "自动办结", "from": ["claimed"], "to": "withdrawn", "by": ["system"],
}  # fmt: skip


def leaks(matter: Matter, *others: Matter) -> list[Leak]:
    """What the checker says of a matter in a catalog with some others."""
    found = check_matter(
        matter,
        roles=ROLES,
        guards=("late_enough",),
        parameters=("errand.days",),
        matters={m.key: m for m in (matter, *others)},
    )
    return list(found)


def codes(matter: Matter, *others: Matter) -> dict[str, tuple[str | int, ...]]:
    """Where each kind of leak was found."""
    return {leak.code: leak.loc for leak in leaks(matter, *others)}


def test_the_errand_is_sound() -> None:
    assert leaks(errand()) == []


@pytest.mark.parametrize(
    ("changes", "code", "loc"),
    [
        ({"columns": ["state", "nothing"]}, "no_column", ("columns", 1)),
        ({"filters": ["title"]}, "no_filter", ("filters", 0)),
        ({"actions.withdraw.bulk": True}, "bulk_end", ("actions", "withdraw", "bulk")),
        ({"fields.title.required": False}, "title_optional", ("fields", "title")),
        ({"opened_by": ["planner@office"]}, "party_before_opening", ("opened_by", 0)),
        ({"verify": ["claim"]}, "verifier_may_handle", ("verify", 0)),
        (
            {"verified_by_rule": {"rule": "nothing", "basis": "x"}},
            "unknown_name",
            ("verified_by_rule", "rule"),
        ),
        (
            {"actions.prolong.edits": ["pace"], "actions.prolong.form.pace": {"type": "text", "label": "x"}},
            "name_twice",
            ("actions", "prolong", "form", "pace"),
        ),
        (
            {"actions.verify.by": ["handler@lead"]},
            "granted_and_barred",
            ("actions", "verify", "by", 0),
        ),
        (
            {"actions.prolong.extends": {"clock": "weekly", "by": "amount"}},
            "period_extended",
            ("actions", "prolong", "extends", "clock"),
        ),
        (
            {"clocks.decide.within": {"amount": 0, "unit": "days"}},
            "no_time",
            ("clocks", "decide", "within", "amount"),
        ),
        (
            {"clocks.complete.runs_in": ["issued", "signed_off"]},
            "clock_in_end",
            ("clocks", "complete", "runs_in"),
        ),
        ({"actions.verify.then": "settle"}, "then_unknown", ("actions", "verify", "then")),
    ],
)  # fmt: skip
def test_each_slip_is_named_where_it_stands(
    changes: dict[str, Any], code: str, loc: tuple[str | int, ...]
) -> None:
    assert codes(errand(changes)).get(code) == loc


def test_what_a_child_tries_must_be_open_to_the_system() -> None:
    parent, child = errand({**OPENS, "actions.settle": SETTLE}), errand(CHILD)
    assert codes(parent, child) == {}
    assert codes(child, parent) == {}
    by_hand = errand({**OPENS, "actions.settle": {**SETTLE, "by": ["leader"]}})
    assert "then_not_system" in codes(child, by_hand)


def test_a_system_action_that_nothing_makes_is_refused() -> None:
    assert codes(errand({"actions.settle": SETTLE}))["undriven"] == ("actions", "settle")


def test_a_state_that_only_the_system_leaves_needs_its_mover_there() -> None:
    alone = {
        "actions.grant.by": ["system"],
        "actions.grant.not_by": [],
        "clocks.sign_for.missed": "grant",
        "actions.grant.from": ["waiting", "issued"],
        "actions.grant.to": "in_progress",
    }
    assert codes(errand(alone))["left_to_nobody"] == ("states", "waiting")
    assert "left_to_nobody" not in codes(errand({**alone, "clocks.decide.missed": "grant"}))


def test_a_verifier_that_time_can_replace_is_no_verifier() -> None:
    timed = {
        "actions.verify.by": ["system", "inspector@inspection"],
        "clocks.check": {
            "label": "核查", "runs_in": ["claimed"], "missed": "verify",
            "within": {"amount": 3, "unit": "working_days"},
        },
    }  # fmt: skip
    found = leaks(errand(timed))
    assert {leak.code for leak in found} >= {"unverified"}
    assert "—核查通过→ 已销号" in next(leak for leak in found if leak.code == "unverified").message


def test_an_owner_that_may_be_empty_is_shown_on_the_path_that_leaves_it_empty() -> None:
    matter = errand(
        {
            "fields.inspection.required": False,
            "actions.sign_for.edits": ["inspection"],
            "actions.sign_for.requires": ["inspection"],
            "actions.refile.edits": ["inspection"],
        }
    )
    found = {leak.loc: leak for leak in leaks(matter) if leak.code == "ownerless"}
    assert [s.action for s in found["states", "claimed"].path] == ["sign_for", "refile", "claim"]


def test_a_pause_under_which_no_other_clock_runs_is_a_place_to_park() -> None:
    matter = errand(
        {"clocks.complete.runs_in": ["issued", "in_progress"], "clocks.weekly.runs_in": ["in_progress"]},
        "clocks.decide",
    )  # fmt: skip
    assert {leak.loc for leak in leaks(matter) if leak.code == "parked"} == {
        ("states", "waiting"), ("states", "claimed"),
    }  # fmt: skip


def test_clocks_for_every_value_of_a_required_choice_are_a_clock() -> None:
    both = {
        "clocks.complete.runs_in": ["issued", "waiting", "in_progress"],
        "clocks.check": {
            "label": "核查", "runs_in": ["claimed"], "when": {"pace": "major"},
            "within": {"amount": 9, "unit": "days"},
        },
        "clocks.check_general": {
            "label": "核查", "runs_in": ["claimed"], "when": {"pace": "general"},
            "within": {"amount": 3, "unit": "days"},
        },
    }  # fmt: skip
    assert "parked" in codes(errand(both))
    assert codes(errand({**both, "fields.pace.required": True})) == {}
    assert "parked" in codes(errand({**both, "fields.pace.required": True}, "clocks.check"))
