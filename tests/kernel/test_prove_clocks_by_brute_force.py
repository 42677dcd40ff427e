"""The prover's clocks against exhaustive exploration: every clock of small random flows, followed by rules written anew.

Where the prover says more than is so, it errs on the safe side only, and only here: a clock with `met_by` counts where
every such action leaves its states, although none may be possible; clocks with `when` count only where one filled
choice is covered; what is filled is known field by field, not in combinations.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.leaks import find_leaks
from bihuan.kernel.matters.timing import Clock
from tests.kernel.flows import raw, steps
from tests.kernel.replay import Place, moves, replays

OPEN = ("a", "b", "c")
DATES = ("deadline", "second")
PACES = ("", "general", "major")
World = tuple[Place, frozenset[str], str, tuple[str, ...]]  # place, filled dates, pace, each clock


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    """An action that may fill and empty dates and change the pace."""
    return {
        **steps(draw, OPEN),
        "edits": draw(st.lists(st.sampled_from([*DATES, "pace"]), max_size=2, unique=True)),
        "requires": draw(st.lists(st.sampled_from(DATES), max_size=1)),
        "sets": draw(
            st.dictionaries(st.sampled_from(DATES), st.sampled_from(DATES), max_size=2)
        ),
    }  # fmt: skip


@st.composite
def clocks(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """A clock of any kind."""
    states = st.lists(st.sampled_from(OPEN), max_size=3, unique=True)
    runs_in = draw(states.filter(bool))
    pauses_in = draw(st.sampled_from([[], [], ["a"], ["b"]]))
    clock: dict[str, Any] = {
        "label": "时限",
        "runs_in": runs_in,
        "pauses_in": [name for name in pauses_in if name not in runs_in],
    }
    kind = draw(st.sampled_from(["within", "until", "every"]))
    if kind == "within":
        clock["within"] = {"amount": 1, "unit": "days"}
    if kind == "until":
        clock["until"] = draw(st.sampled_from(DATES))
    if kind == "every":
        clock["every"] = {"period": "week", "day": 5}
    if kind == "every" or draw(st.booleans()):
        clock["met_by"] = [draw(st.sampled_from(names))]
    if draw(st.booleans()):
        clock["when"] = {"pace": draw(st.sampled_from(PACES[1:]))}
    return clock


@st.composite
def matters(draw: st.DrawFn) -> Matter:
    """Three states, a few actions, up to four clocks."""
    plain = raw()
    plain["fields"]["deadline"]["required"] = draw(st.booleans())
    plain["fields"]["pace"]["required"] = draw(st.booleans())
    plain["fields"]["second"] = {"type": "date", "label": "第二个日期"}
    plain["states"] = {name: {"label": name, "owner": "office"} for name in OPEN}
    plain["states"]["won"] = {"label": "won", "end": "success"}
    made = draw(st.lists(actions(), min_size=1, max_size=5))
    plain |= {"initial": "a", "actions": {f"act{n}": action for n, action in enumerate(made)}}
    some = draw(st.lists(clocks(list(plain["actions"])), min_size=1, max_size=4))
    plain["clocks"] = {f"clock{n}": clock for n, clock in enumerate(some)}
    return Matter.model_validate(plain)


def tick(clock: Clock, status: str, action: str, to: str, pace: str) -> str:
    """A clock after an event: off, run, pause, or spent (met where it stood). The rules of clocks.py, written anew."""
    inside = to in clock.runs_in or to in clock.pauses_in
    wanted = all(pace == value for value in clock.when.values())
    if status in ("run", "pause"):
        meets = action in clock.met_by
        if clock.every is not None:
            status = "off" if not (inside and wanted) else status
        elif meets:
            status = "spent" if inside else "off"
        elif not (inside and wanted):
            status = "off"
    if not inside:
        return "off"
    if status == "off" and to in clock.runs_in and wanted:
        status = "run"
    if status in ("run", "pause"):
        status = "pause" if to in clock.pauses_in else "run"
    return status


def outcomes(
    matter: Matter, action: Action, filled: frozenset[str], pace: str
) -> Iterator[tuple[frozenset[str], str]]:
    """Dates filled and pace after an action that is not refused, whichever way its edits come out."""
    edited = [name for name in DATES if name in action.edits]
    paces = PACES if "pace" in action.edits else (pace,)
    for ways, after in product(product((True, False), repeat=len(edited)), paces):
        typed = {name: name in filled for name in DATES} | dict(zip(edited, ways, strict=True))
        values = typed | {to: typed[source] for to, source in action.sets.items()}
        kept = {n for n in DATES if matter.fields[n].required}
        full = all(values[n] for n in {*action.requires, *kept})
        if full and (after or not matter.fields["pace"].required):
            yield frozenset(n for n in DATES if values[n]), after


def explore(matter: Matter) -> set[World]:
    """Every world that a case can come into."""
    free = [name for name in DATES if not matter.fields[name].required]
    always = frozenset(DATES) - set(free)
    seen: set[World] = set()
    todo: list[World] = []
    for ways in product((True, False), repeat=len(free)):
        filled = always | {n for n, is_filled in zip(free, ways, strict=True) if is_filled}
        for pace in PACES[1:] if matter.fields["pace"].required else PACES:
            first = tuple(tick(c, "off", "", matter.initial, pace) for c in matter.clocks.values())
            todo.append(((matter.initial, ""), filled, pace, first))
    while todo:
        world = todo.pop()
        if world in seen:
            continue
        seen.add(world)
        place, filled, pace, now = world
        for name, action, target in moves(matter, place):
            for after, turned in outcomes(matter, action, filled, pace):
                pairs = zip(matter.clocks.values(), now, strict=True)
                then = tuple(tick(c, status, name, target[0], turned) for c, status in pairs)
                todo.append((target, after, turned, then))
    return seen


def is_timed(matter: Matter, world: World) -> bool:
    """True where some clock runs towards an instant."""
    _, filled, _, now = world
    pairs = zip(matter.clocks.values(), now, strict=True)
    return any(status == "run" and (not c.until or c.until in filled) for c, status in pairs)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(matters())
def test_no_case_is_parked_where_the_prover_says_that_a_clock_runs(matter: Matter) -> None:
    said = {str(leak.loc[1]) for leak in find_leaks(matter) if leak.code == "parked"}
    for world in explore(matter):
        state = world[0][0]
        if not matter.states[state].end and not is_timed(matter, world):
            assert state in said


def test_what_a_required_date_is_written_from_is_filled_afterwards() -> None:
    plain = raw()
    plain["fields"]["deadline"]["required"] = True
    plain["fields"]["second"] = {"type": "date", "label": "第二个日期"}
    plain["states"] = {name: {"label": name, "owner": "office"} for name in ("a", "b")}
    step = {"label": "动作", "from": ["a"], "to": "b", "by": ["anybody"]}
    plain |= {"initial": "a", "actions": {"act": {**step, "sets": {"deadline": "second"}}}}
    plain["clocks"] = {"clock": {"label": "时限", "runs_in": ["b"], "until": "second"}}
    matter = Matter.model_validate(plain)
    said = {str(leak.loc[1]) for leak in find_leaks(matter) if leak.code == "parked"}
    assert "b" not in said
    assert said == {w[0][0] for w in explore(matter) if not is_timed(matter, w)}


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(matters())
def test_where_the_prover_says_parked_a_case_can_be_parked_but_for_what_it_does_not_look_at(
    matter: Matter,
) -> None:
    worlds = explore(matter)
    idle = {w[0][0] for w in worlds if not is_timed(matter, w)}
    for leak in find_leaks(matter):
        assert replays(matter, leak)
        if leak.code == "parked" and (state := str(leak.loc[1])) not in idle:
            here = [c for c in matter.clocks.values() if state in c.runs_in]
            acts = matter.actions.values()
            combined = any(a.requires for a in acts) and any(a.sets for a in acts)
            assert combined or any(c.met_by or c.when for c in here)
