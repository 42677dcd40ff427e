"""Every second of a case is held by exactly one unit, and the sums are exact: over random histories through the door."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.cases.city import matter_at
from bihuan.kernel.cases.engine import act, sweep
from bihuan.kernel.cases.history import events_of, fold
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.verify import verify_all
from bihuan.kernel.errors import Refusal
from bihuan.kernel.matters.holders import holders
from tests.cases.conftest import Confluence

POSTS = ("clerk", "checker", "mayor", "works-liaison", "water-liaison", "power-liaison")
GIVEN: dict[str, object] = {"answer": "同意", "outcome": "完成", "more_days": 3, "lead": "water"}
Tries = Sequence[tuple[int, int, int, int]]
TRIES = st.lists(
    st.tuples(
        st.integers(0, 5),  # which case
        st.integers(0, 30),  # which of the actions of its state
        st.integers(0, 5),  # whose turn it is first
        st.integers(0, 60 * 24 * 9),
    ),
    min_size=5,
    max_size=40,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tries=TRIES)
def test_whatever_is_tried_each_second_of_each_case_has_one_holder(
    flows: Confluence, tries: Tries
) -> None:
    made = [flows.errand(), flows.joint("water", "power")]
    roots = {case.pk for case in made}
    for which, action, first, minutes in tries:
        flows.later(minutes=minutes)
        cases = list(Case.objects.filter(root_id__in=roots).order_by("id")) + [
            Case.objects.get(pk=case.pk) for case in made
        ]
        attempt(flows, cases[which % len(cases)], action, first)
    sweep(now=flows.now)
    for case in (*Case.objects.filter(root_id__in=roots), *Case.objects.filter(pk__in=roots)):
        sums_are_exact(flows, case)
    assert list(verify_all(flows.now)) == []


def attempt(flows: Confluence, case: Case, index: int, first: int) -> None:
    """One of the actions of the case's state, by the first of the posts that may; a refusal changes nothing."""
    matter, _ = matter_at(case.matter, case.version)
    possible = [n for n, a in matter.actions.items() if case.state in a.sources]
    if not possible:
        return
    name = possible[index % len(possible)]
    given_here = {n: v for n, v in GIVEN.items() if n in matter.actions[name].edits}
    for post in (*POSTS[first:], *POSTS[:first]):
        try:
            act(case.number, name, flows.who(post), given_here, now=flows.now)
        except Refusal:
            continue
        return


def sums_are_exact(flows: Confluence, case: Case) -> None:
    """Stretches follow one another without overlap; they and the time ended add up to the case's whole life."""
    matter, _ = matter_at(case.matter, case.version)
    history = fold(events_of(case))
    spans = holders(matter, history, flows.now)
    for one, other in pairwise(spans):
        assert one.until <= other.since
    assert all(span.unit for span in spans)
    ended = timedelta()
    for event, until in zip(history, [*(e.at for e in history[1:]), flows.now], strict=True):
        if matter.states[event.to].end:
            ended += until - event.at
    held = sum((span.until - span.since for span in spans), timedelta())
    assert held + ended == flows.now - case.opened_at
    for unit in {span.unit for span in spans}:
        own = sum((s.until - s.since for s in spans if s.unit == unit), timedelta())
        assert own > timedelta()
    if not case.end:
        waits = case.matter == "flow.joint" and case.state == "side_by_side"
        open_parts = case.children.filter(end="").exists()
        assert case.clocks.filter(is_open=True).exists() or (waits and open_parts)
