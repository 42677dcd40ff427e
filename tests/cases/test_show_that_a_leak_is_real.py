"""What the prover refuses goes wrong in the real engine: the prover is switched off, and its counter-example is followed."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bihuan.kernel.cases.city import city, matter_now
from bihuan.kernel.cases.engine import sweep
from bihuan.kernel.cases.models import Case
from bihuan.kernel.errors import Refusal
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.matters.checks import Leak, check_matter
from bihuan.kernel.matters.facts import GUARDS
from tests.cases.conftest import FLOWS_CITY, Confluence, confluence

Plain = dict[str, Any]
Spoil = Callable[[str, Callable[[Plain], object]], Confluence]


@pytest.fixture
def spoilt(
    db: None, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Spoil]:
    """Install the city with one matter spoilt, without asking the prover."""
    running: list[Iterator[Confluence]] = []

    def install(key: str, change: Callable[[Plain], object]) -> Confluence:
        folder = Path(shutil.copytree(FLOWS_CITY, tmp_path / "city"))
        file = folder / "matters" / f"{key}.yaml"
        plain = yaml.safe_load(file.read_text(encoding="utf-8"))
        change(plain)
        file.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
        monkeypatch.setattr("bihuan.kernel.catalog.load.check_matter", lambda *_, **__: ())
        running.append(confluence(settings, folder))
        return next(running[-1])

    yield install
    for one in running:
        next(one, None)


def leak(key: str, code: str) -> Leak:
    """What the prover says of the spoilt matter."""
    matter = matter_now(key)[0]
    found = check_matter(
        matter, roles=city().roles, guards=GUARDS, parameters=city().parameters.table,
        matters=city().matters,
    )  # fmt: skip
    return next(one for one in found if one.code == code)


def follow(flows: Confluence, case: Case, found: Leak) -> Case:
    """Take the steps of a counter-example, by whoever may; before a join all parts are finished."""
    for step in found.path:
        if matter_now(case.matter)[0].actions[step.action].is_system:
            for part in case.children.filter(end=""):
                flows.finishes(case, str(part.data["unit"]))
        else:
            somebody(flows, case, step.action)
        last = (
            Event.objects.filter(stream=case.number)
            .order_by("seq")
            .values_list("action", flat=True)
        )
        assert step.action in last
    case.refresh_from_db()
    return case


def somebody(flows: Confluence, case: Case, action: str) -> None:
    """The first of the city's people who may take an action takes it."""
    for post in ("works-liaison", "clerk", "checker", "mayor"):
        try:
            flows.does(case, action, flows.who(post))
        except Refusal:
            continue
        return
    raise AssertionError(f"nobody may {action}")


def test_a_case_is_parked_where_no_clock_runs(spoilt: Spoil) -> None:
    flows = spoilt("flow.errand", lambda plain: plain["clocks"].pop("reissue"))
    case = flows.opens("flow.errand", lead="works", pace="plain")
    case = follow(flows, case, leak("flow.errand", "parked"))
    assert case.state == "to_office"
    assert not case.clocks.filter(is_open=True).exists()
    assert sweep(now=flows.now + timedelta(days=365)) == 0
    assert Case.objects.get(pk=case.pk).next_due_at is None


def test_a_unit_ends_its_own_work_where_no_other_must_confirm(spoilt: Spoil) -> None:
    flows = spoilt("flow.errand", lambda plain: plain["actions"]["claim"].update(to="done"))
    case = flows.opens("flow.errand", lead="works", pace="plain")
    case = follow(flows, case, leak("flow.errand", "unverified"))
    assert case.end == "success"
    units = set(Event.objects.filter(stream=case.number).values_list("unit", flat=True))
    assert units == {"office", "works"}


def test_a_join_too_early_undoes_at_once_what_a_person_did(spoilt: Spoil) -> None:
    flows = spoilt("flow.joint", lambda plain: plain["actions"]["reject"].pop("opens"))
    found = leak("flow.joint", "join_early")
    assert found.path[-1].action == "reject"
    case = flows.does(flows.opens("flow.joint", lead="works"), "issue", flows.clerk)
    flows.finishes(case, "works")
    for action, actor in (("claim", flows.of("works")), ("reject", flows.checker)):
        flows.does(case, action, actor)
    case.refresh_from_db()
    assert case.state == "merged"  # rejected, and merged again in the same instant
    assert not case.children.filter(end="").exists()


def test_a_join_that_may_be_refused_leaves_a_case_to_nobody(spoilt: Spoil) -> None:
    flows = spoilt(
        "flow.joint", lambda plain: plain["actions"]["merge"].update(requires=["answers"])
    )
    found = leak("flow.joint", "left_to_nobody")
    case = flows.opens("flow.joint", lead="works")
    case = follow(flows, case, found)
    flows.finishes(case, "works")
    case.refresh_from_db()
    assert case.state == "side_by_side"
    assert not case.clocks.filter(is_open=True).exists()
    assert not case.children.filter(end="").exists()
    for action in matter_now("flow.joint")[0].actions:
        for post in ("clerk", "works-liaison", "checker", "mayor"):
            with pytest.raises(Refusal):
                flows.does(case, action, flows.who(post))
