"""Lists read a page at a time agree with the plain, slow definition of what they show, whatever way they are read."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from benchmarks.many_cases import NOW, pour
from django.db.models import Q

from bihuan.kernel.cases import finding, lanes
from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.finding import Wanted, count, find
from bihuan.kernel.cases.lanes import ALWAYS, Key, Span, cases_at
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.permissions import is_granted, party_codes
from bihuan.kernel.cases.queries import sight_of, visible_to, waiting_for
from bihuan.kernel.cases.tokens import folded
from bihuan.kernel.cases.waiting import waiting_of
from bihuan.kernel.orgs.acting import Acting
from tests.cast import Cast

POSTS = (
    "ll-planner", "ll-inspector-1", "ll-mayor", "ll-edu-liaison", "ll-edu-head", "ll-xiaoyi-head",
    "ll-viewer", "ll-auditor",
)  # fmt: skip
WANTED = (
    Wanted(),
    Wanted(is_open=True),
    Wanted(overdue_at=NOW),
    Wanted(matter="plan.task"),
    Wanted(state="in_progress"),
    Wanted(matter="plan.part", state="waived"),
    Wanted(matter="plan.part", state="no_such_state"),
    Wanted(unit="ll-edu"),
    Wanted(unit="ll-edu", is_open=True),
    Wanted(unit="ll-edu", state="in_progress"),
    Wanted(unit="ll-office", words=("建设",), overdue_at=NOW),
    Wanted(words=("建设",)),
    Wanted(words=("农村公路", "建")),
    Wanted(words=("处，市",)),
    Wanted(words=("建设农",), is_open=True),
    Wanted(words=("2021-00",)),
    Wanted(words=("rw２０２１",)),
    Wanted(words=("没有",)),
    Wanted(words=("%",)),
    Wanted(words=("路_",)),
    Wanted(words=("'\\",)),
    Wanted(due=Span(low=NOW)),
    Wanted(due=Span(NOW, NOW + timedelta(days=9), undated=False), unit="ll-edu"),
    Wanted(matter="plan.task", fields=(("lead", ("ll-edu", "ll-health")),)),
    Wanted(matter="plan.commitment", fields=(("kind", ("target",)),), is_open=True),
    Wanted(matter="plan.task", fields=(("lead", ("ll-edu",)), ("pace", ("no_such",)))),
    Wanted(only=tuple(range(1, 60)), is_open=True),
    Wanted(only=()),
)
GROUPS = (ALWAYS, Span(high=NOW, undated=False), Span(low=NOW), Span(NOW, NOW, undated=False))


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Three hundred drawn cases, half of them open."""
    pour(300, random.Random(7), open_share=0.5)
    return cast


@pytest.fixture(params=["gather", "walk", "try"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make the search take one of its ways with few cases: all gathered, all walked, or as it sees fit."""
    few, trial, often = {"gather": (10_000, 0, 0), "walk": (0, 300, 0), "try": (20, 40, 5)}[
        request.param
    ]
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "TRIAL", trial or 1)
    monkeypatch.setattr(finding, "OFTEN", often)
    monkeypatch.setattr(finding, "OFTEN_WORDLESS", often)
    monkeypatch.setattr(finding, "MANY", 0 if trial else 10**9)
    return str(request.param)


@pytest.mark.parametrize("post", POSTS)
def test_a_search_finds_what_fits_in_order(many: Cast, way: str, post: str) -> None:
    actings = [many.who(post)]
    sight = sight_of(actings)
    seen = [case for case in Case.objects.all() if _is_seen(case, actings)]
    assert {case.pk for case in seen} == set(visible_to(actings).values_list("pk", flat=True))
    for wanted in WANTED:
        right = [case.pk for case in _sorted(seen) if _fits(case, wanted)]
        found = _pages(lambda key, w=wanted: find(w, sight, key, 26).keys)  # type: ignore[misc]
        assert found == right, (post, wanted)
        assert count(wanted, sight) == len(right), (post, wanted)


@pytest.mark.parametrize("post", POSTS)
def test_what_was_opened_last_comes_first_where_that_is_asked(
    many: Cast, way: str, post: str
) -> None:
    actings = [many.who(post)]
    sight = sight_of(actings)
    seen = [case for case in Case.objects.order_by("-pk") if _is_seen(case, actings)]
    for wanted in WANTED:
        right = [case.pk for case in seen if _fits(case, wanted)]
        newest = replace(wanted, is_newest_first=True)
        found = _pages(lambda key, w=newest: find(w, sight, key, 26).keys)  # type: ignore[misc]
        assert found == right, (post, wanted)


@pytest.mark.parametrize("post", POSTS)
def test_what_waits_for_somebody_is_filtered_like_every_list(
    many: Cast, way: str, post: str
) -> None:
    actings = [many.who(post)]
    sight, waiting = sight_of(actings), waiting_of(actings)
    waits = [case for case in _sorted(Case.objects.all()) if _waits(case, actings)]
    for wanted in WANTED:
        right = [case.pk for case in waits if _fits(case, wanted)] if sight else []
        mine = replace(wanted, waiting=waiting)
        assert _pages(lambda key, w=mine: find(w, sight, key, 26).keys) == right, (post, wanted)  # type: ignore[misc]
        assert count(mine, sight) == len(right), (post, wanted)
        newest = replace(mine, is_newest_first=True)
        found = _pages(lambda key, w=newest: find(w, sight, key, 26).keys)  # type: ignore[misc]
        assert found == sorted(right, reverse=True), (post, wanted)


def test_a_count_is_exact_up_to_its_cap(many: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sight = sight_of([many.planner])
    assert find(Wanted(), sight, None, 26).total == 300
    assert find(Wanted(words=("牵头",)), sight, None, 26).total == 300
    monkeypatch.setattr(lanes, "CAP", 100)
    monkeypatch.setattr(finding, "CAP", 100)
    assert find(Wanted(), sight, None, 26).total == 101
    assert find(Wanted(words=("牵头",)), sight, None, 26).total == 101


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_waits_is_what_somebody_can_take_forward(cast: Cast, seed: int) -> None:
    pour(200, random.Random(seed), open_share=0.7)
    draw = random.Random(seed)
    for _ in range(5):
        actings = [cast.who(post) for post in draw.sample(POSTS, draw.choice((1, 1, 2)))]
        right = [case for case in _sorted(Case.objects.all()) if _waits(case, actings)]
        waiting = waiting_of(actings)
        assert [case.pk for case in waiting_for(actings)] == [case.pk for case in right]
        assert _pages(lambda key, w=waiting: w.page(ALWAYS, key, 26)) == [c.pk for c in right]  # type: ignore[misc]
        for span, shown in zip(GROUPS, waiting.counts(GROUPS), strict=True):
            assert shown == sum(_in(case.next_due_at, span) for case in right)


def test_an_ended_case_has_no_due_instant(cast: Cast) -> None:
    """Lists of open cases rely on it."""
    case = cast.signed_off()
    assert case.end
    assert case.next_due_at is None
    assert set(case.desks.values_list("due_at", flat=True)) == {None}


def _pages(page: Callable[[Key | None], Sequence[Key]]) -> list[int]:
    """Every case of a list, read 25 at a time."""
    found: list[Key] = []
    while True:
        keys = page(found[-1] if found else None)
        found += keys[:25]
        if len(keys) <= 25:
            assert [case.pk for case in cases_at(found)] == [key.pk for key in found]
            return [key.pk for key in found]


def _sorted(cases: Iterable[Case]) -> list[Case]:
    return sorted(
        cases, key=lambda case: (case.next_due_at is None, case.next_due_at or NOW, case.pk)
    )


def _in(due: datetime | None, span: Span) -> bool:
    if due is None:
        return span.undated
    return (span.low is None or due >= span.low) and (span.high is None or due < span.high)


def _fits(case: Case, wanted: Wanted) -> bool:
    text = folded(f"{case.number} {case.title}")
    words = [folded(word) for word in wanted.words if any(c.isalnum() for c in word)]
    return (
        all(word in text for word in words)
        and wanted.matter in ("", case.matter)
        and wanted.state in ("", case.state)
        and (not wanted.unit or case.parties.filter(unit=wanted.unit).exists())
        and not (wanted.is_open and case.end)
        and not (
            wanted.overdue_at and not (case.next_due_at and case.next_due_at < wanted.overdue_at)
        )
        and _in(case.next_due_at, wanted.due)
        and all(case.data.get(name) in values for name, values in wanted.fields)
        and (wanted.only is None or case.pk in wanted.only)
    )


def _is_seen(case: Case, actings: Sequence[Acting]) -> bool:
    """By the words of roles.yaml: city, own unit, or own unit and all below it."""
    units = list(case.parties.values_list("unit_id", "unit__path"))
    for acting in actings:
        if acting.roles & {"planner", "inspector", "inspection_chief", "leader"}:
            return True
        if "handler" in acting.roles and any(code == acting.unit for code, _ in units):
            return True
        if acting.roles & {"unit_head", "viewer"} and any(
            path.startswith(acting.path) for _, path in units
        ):
            return True
    return False


def _waits(case: Case, actings: Sequence[Acting]) -> bool:
    """A primary action leaves its state, and one of its grants is for one of the posts."""
    matter, _ = matter_at(case.matter, case.version)
    if case.end:
        return False
    paths = dict(case.parties.filter(~Q(unit="")).values_list("unit_id", "unit__path"))
    return any(
        is_granted(grant, acting, case.data, paths)
        and (bool(party_codes(case.data, grant.party)) or _is_seen(case, [acting]))
        for action in matter.actions.values()
        if action.primary and case.state in action.sources
        for grant in action.by
        for acting in actings
    )
