"""The prover against plain exploration: what it says of small random flows is what walking them shows."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.flow import Flow
from bihuan.kernel.matters.leaks import Leak, find_leaks
from tests.kernel.flows import raw
from tests.kernel.replay import Place, moves, replays

OPEN = ("a", "b", "c", "d")
ENDS = {"won": "success", "lost": "other"}
OPTIONAL = ("office", "lead", "inspection", "deadline")


@st.composite
def actions(draw: st.DrawFn, *, with_fields: bool) -> dict[str, Any]:
    """An action between a few states, half of them barred to the handler."""
    targets = st.sampled_from([*OPEN, *OPEN, *ENDS, "same", "back"])
    fields = st.lists(st.sampled_from(OPTIONAL), max_size=2, unique=True)
    action: dict[str, Any] = {
        "label": "动作",
        "from": draw(
            st.lists(st.sampled_from([*OPEN, "won"]), min_size=1, max_size=2, unique=True)
        ),
        "to": draw(targets),
        "by": ["anybody"],
        "not_by": draw(st.sampled_from([[], ["lead"]])),
        "remember": draw(st.integers(0, 3)) == 0,
    }
    if with_fields:
        action["edits"] = draw(fields)
        action["requires"] = draw(fields)
        action["sets"] = draw(
            st.dictionaries(st.sampled_from(OPTIONAL), st.sampled_from(OPTIONAL), max_size=2)
        )
    return action


@st.composite
def matters(draw: st.DrawFn, *, with_fields: bool) -> Matter:
    """A small random matter; `lead` handles."""
    plain = raw()
    for name in OPTIONAL:
        plain["fields"][name]["required"] = with_fields and draw(st.integers(0, 4)) == 0
    del plain["opener"]
    units = st.sampled_from(["office", "lead", "inspection"])
    plain["states"] = {name: {"label": name, "owner": draw(units)} for name in OPEN}
    plain["states"] |= {name: {"label": name, "end": end} for name, end in ENDS.items()}
    made = draw(st.lists(actions(with_fields=with_fields), min_size=1, max_size=7))
    plain |= {"initial": "a", "actions": {f"act{n}": action for n, action in enumerate(made)}}
    plain["clocks"] = {
        "year": {"label": "完成", "runs_in": list(OPEN), "until": "deadline"},
    }
    return Matter.model_validate(plain)


def explore(matter: Matter) -> set[Place]:
    """Everywhere a case can come."""
    seen: set[Place] = set()
    todo = [(matter.initial, "")]
    while todo:
        place = todo.pop()
        if place not in seen:
            seen.add(place)
            todo.extend(target for _, _, target in moves(matter, place))
    return seen


def ends_somewhere(matter: Matter, place: Place) -> bool:
    """True where some walk from the place comes to an end."""
    seen: set[Place] = set()
    todo = [place]
    while todo:
        here = todo.pop()
        if matter.states[here[0]].end:
            return True
        if here not in seen:
            seen.add(here)
            todo.extend(target for _, _, target in moves(matter, here))
    return False


def unverified_ends(matter: Matter) -> set[str]:
    """Successes reached with nobody else's confirmation since the handler, or the opening, last held the case."""
    start = (matter.initial, "")
    found: set[str] = set()
    seen: set[tuple[Place, bool]] = set()
    todo = [(start, False)]
    while todo:
        place, confirmed = here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        for _, action, target in moves(matter, place):
            barred = set(matter.handler) <= set(action.not_by)
            now = confirmed or barred
            if matter.states[target[0]].end == "success" and not now:
                found.add(target[0])
            handled = matter.states[target[0]].owner in matter.handler or target == start
            todo.append((target, now and not handled))
    return found


def of(leaks: tuple[Leak, ...], code: str) -> set[str]:
    """Names of the states or actions that have this leak."""
    return {str(leak.loc[1]) for leak in leaks if leak.code == code}


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(matters(with_fields=False))
def test_what_the_graph_shows_is_what_walking_shows(matter: Matter) -> None:
    leaks, places = find_leaks(matter), explore(matter)
    reached = {state for state, _ in places}
    assert of(leaks, "unreachable") == set(matter.states) - reached
    assert of(leaks, "endless") == {p[0] for p in places if not ends_somewhere(matter, p)}
    lost = [leak for leak in leaks if leak.code == "unverified"]
    assert {leak.path[-1].position[0] for leak in lost} == unverified_ends(matter)
    assert of(leaks, "no_address") == {
        name
        for name, action in matter.actions.items()
        if action.to == "back" and any(s in action.sources and not back for s, back in places)
    }
    assert ("no_success" in {leak.code for leak in leaks}) is ("won" not in reached)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(matters(with_fields=True))
def test_every_counter_example_can_be_walked(matter: Matter) -> None:
    for leak in find_leaks(matter):
        assert replays(matter, leak)


def fillings(matter: Matter, action: Action, filled: frozenset[str]) -> Iterator[frozenset[str]]:
    """What can be filled after an action that is not refused: each edited field may come out either way."""
    for ways in product((True, False), repeat=len(action.edits)):
        values = {name: name in filled for name in matter.fields}
        values |= dict(zip(action.edits, ways, strict=True))
        values |= {to: values[source] for to, source in action.sets.items()}  # all at once
        written = {*action.edits, *action.sets}
        kept = {n for n in written if matter.fields[n].required}
        if all(values[name] for name in {*action.requires, *kept}):
            yield frozenset(name for name, is_filled in values.items() if is_filled)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(matters(with_fields=True))
def test_no_case_is_without_owner_or_date_where_the_prover_says_it_has_them(matter: Matter) -> None:
    flow, leaks = Flow(matter), find_leaks(matter)
    required = frozenset(n for n, f in matter.fields.items() if f.required)
    free = [name for name in OPTIONAL if name not in required]
    first = [
        required | {n for n, is_filled in zip(free, ways, strict=True) if is_filled}
        for ways in product((True, False), repeat=len(free))
    ]
    seen: set[tuple[Place, frozenset[str]]] = set()
    todo = [((matter.initial, ""), filled) for filled in first]
    while todo:
        place, filled = here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        assert flow.filled[place] <= filled
        state = matter.states[place[0]]
        if not state.end:
            assert state.owner in filled or place[0] in of(leaks, "ownerless")
            assert "deadline" in filled or place[0] in of(leaks, "parked")
        for _, action, target in moves(matter, place):
            todo.extend((target, after) for after in fillings(matter, action, filled))
