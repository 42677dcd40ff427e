"""The prover's joins against exhaustive exploration: a parent and its parts, side by side, by the engine's rules written anew.

Exact, but for this: an action that parts bring about is followed also where none was opened; a state in which a case is
opened may not wait, although nothing tries the join there before somebody acts; of two joins that wait in one state the
first can keep the second from firing; and what follows a join that fired early is not looked at, so that another may
show once it is mended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.joins import find_join_leaks, flow_of
from bihuan.kernel.matters.leaks import Leak, find_leaks
from tests.kernel.flows import raw, steps
from tests.kernel.replay import Place, moves, replays

OPEN = ("a", "b", "c", "d")
PART, OWN = "test.part", "test.own"
MOST = 2  # parts of a kind in one world


def part(key: str, *, comes_back: bool) -> Matter:
    """What is waited for: one step to its end, and back where it can be taken up again."""
    plain = raw({"key": key, "initial": "issued"})
    step = {"label": "办", "by": ["handler@lead"], "not_by": []}
    plain["states"] = {n: plain["states"][n] for n in ("issued", "signed_off")}
    plain["actions"] = {"finish": {**step, "from": ["issued"], "to": "signed_off"}}
    if comes_back:
        plain["actions"]["redo"] = {
            **step, "from": ["signed_off"], "to": "issued", "then": "revive",
        }  # fmt: skip
    plain["clocks"] = {"only": {"label": "限", "runs_in": ["issued"], "until": "deadline"}}
    return Matter.model_validate(plain)


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    """A person's action; some open parts that join."""
    handoffs = st.builds(
        lambda matter, join, each: {"matter": matter, "join": join, "copy": {}, "for_each": each},
        st.sampled_from([PART, OWN]), st.sampled_from(["join0", "join1", ""]), st.sampled_from(["", "crew"]),
    )  # fmt: skip
    return {
        **steps(draw, OPEN),
        "opens": draw(st.one_of(st.just([]), st.lists(handoffs, min_size=1, max_size=2))),
    }


def joining(draw: st.DrawFn) -> dict[str, Any]:
    """A join from a state or two to another."""
    sources = draw(st.lists(st.sampled_from(OPEN), min_size=1, max_size=2, unique=True))
    to = draw(st.sampled_from([name for name in (*OPEN, "won") if name not in sources]))
    return {"label": "汇合", "from": sources, "to": to, "by": ["system"]}


@st.composite
def families(draw: st.DrawFn) -> tuple[Matter, dict[str, Matter]]:
    """A parent with one or two joins, and the matters of its parts."""
    plain = raw()
    plain["fields"]["crew"] = {"type": "units", "label": "各单位"}
    plain["states"] = {name: {"label": name, "owner": "office"} for name in OPEN}
    plain["states"]["won"] = {"label": "won", "end": "success"}
    made = draw(st.lists(actions(), min_size=1, max_size=5))
    plain |= {"initial": "a", "actions": {f"act{n}": action for n, action in enumerate(made)}}
    used = {handoff["join"] for action in made for handoff in action["opens"]}
    plain["actions"] |= {name: joining(draw) for name in sorted(used - {""})}
    comes_back = draw(st.booleans())
    if comes_back and draw(st.booleans()):
        plain["actions"]["revive"] = {
            "label": "再办", "from": [draw(st.sampled_from(OPEN))], "to": draw(st.sampled_from(OPEN)),
            "by": ["system"],
        }  # fmt: skip
    timed = draw(st.lists(st.sampled_from(OPEN), max_size=4, unique=True))
    plain["clocks"] = {}
    if timed:
        plain["clocks"]["own"] = {
            "label": "限", "runs_in": timed, "within": {"amount": 1, "unit": "days"},
        }  # fmt: skip
    parts = [part(PART, comes_back=comes_back), part(OWN, comes_back=False)]
    parent = Matter.model_validate(plain)
    return parent, {matter.key: matter for matter in (parent, *parts)}


@dataclass(frozen=True)
class World:
    """Where a parent stands, how many parts of each kind are open and ended, and joins whose parts are new."""

    place: Place
    parts: tuple[tuple[str, str], ...] = ()  # (matter, '' while open or 'won'), sorted
    fresh: frozenset[str] = frozenset()

    def has_open(self, kinds: frozenset[str]) -> bool:
        """True where a part of one of the kinds has not ended."""
        return any(kind in kinds and not end for kind, end in self.parts)


class Explorer:
    """Everything that can happen to a family, and what goes wrong on the way."""

    def __init__(self, parent: Matter, matters: dict[str, Matter]) -> None:
        self.parent = parent
        self.matters = matters
        self.early: set[str] = set()
        self.circles = False
        self.parked: set[str] = set()
        self.seen: set[World] = set()
        todo = [World((parent.initial, ""))]
        while todo:
            world = todo.pop()
            if world in self.seen:
                continue
            self.seen.add(world)
            self.look(world)
            todo.extend(self.next(world))

    def look(self, world: World) -> None:
        """Note a case that nothing times and that waits for nothing."""
        state = world.place[0]
        timed = any(state in clock.runs_in for clock in self.parent.clocks.values())
        waits = any(
            state in self.parent.actions[name].sources and world.has_open(kinds)
            for name, kinds in self.parent.joins.items()
        )
        if not (self.parent.states[state].end or timed or waits):
            self.parked.add(state)

    def next(self, world: World) -> Iterator[World]:
        """What people can do to the parent, and to each of its parts."""
        if not self.parent.states[world.place[0]].end:
            for name, action, target in moves(self.parent, world.place):
                if not action.is_system:
                    for opened in self.opened(world.parts, name):
                        yield from self.joined(World(target, opened, self.after(world, name)))
        for index, (kind, end) in enumerate(world.parts):
            others = (*world.parts[:index], *world.parts[index + 1 :])
            part = self.matters[kind]
            if not end:
                yield from self.joined(
                    World(world.place, _sorted(others, kind, "won"), world.fresh)
                )
            elif "redo" in part.actions:
                moved = World(world.place, _sorted(others, kind, ""), world.fresh)
                yield from self.revived(moved, kind)

    def revived(self, world: World, kind: str) -> Iterator[World]:
        """The parent after a part of it was taken up again and tried its `then`."""
        action = self.parent.actions.get("revive")
        if action is None or world.place[0] not in action.sources:
            yield world
            return
        back = {name for name, kinds in self.parent.joins.items() if kind in kinds}
        (target,) = (t for name, _, t in moves(self.parent, world.place) if name == "revive")
        yield from self.joined(World(target, world.parts, world.fresh | back))

    def after(self, world: World, name: str) -> frozenset[str]:
        """Joins with new parts after an action."""
        return world.fresh | {h.join for h in self.parent.actions[name].opens if h.join}

    def opened(
        self, parts: tuple[tuple[str, str], ...], name: str
    ) -> Iterator[tuple[tuple[str, str], ...]]:
        """The parts after an action: of a list none or one, of a single handoff one."""
        found = {parts}
        for handoff in self.parent.actions[name].opens:
            more = {
                _sorted(before, handoff.matter, "")
                for before in found
                if sum(kind == handoff.matter for kind, _ in before) < MOST
            }
            found = (found | more) if handoff.for_each else (more or found)
        yield from found

    def joined(self, world: World) -> Iterator[World]:
        """The world once every join that can be taken was taken, as the engine tries them: in order, then again."""
        before = [world]
        while (name := self.ready(world)) is not None:
            if name not in world.fresh:
                self.early.add(name)
            (target,) = (t for n, _, t in moves(self.parent, world.place) if n == name)
            world = World(target, world.parts, world.fresh - {name})
            if world in before:
                self.circles = True
                return
            before.append(world)
        yield world

    def ready(self, world: World) -> str | None:
        """The first join that nothing keeps waiting."""
        for name, kinds in self.parent.joins.items():
            if world.place[0] in self.parent.actions[name].sources and not world.has_open(kinds):
                return name
        return None


def _sorted(parts: tuple[tuple[str, str], ...], kind: str, end: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((*parts, (kind, end))))


def said(family: tuple[Matter, dict[str, Matter]]) -> list[Leak]:
    """What the prover says of the parent."""
    parent, matters = family
    flow = flow_of(parent, matters)
    return [*find_leaks(parent, flow), *find_join_leaks(flow, matters)]


JOINS = {"join_early", "join_circle", "join_stays", "join_unreached", "join_not_system"}


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(families())
def test_what_the_prover_finds_sound_neither_joins_early_nor_circles_nor_parks(
    family: tuple[Matter, dict[str, Matter]],
) -> None:
    leaks, world = said(family), Explorer(*family)
    codes = {leak.code for leak in leaks}
    assert not world.early or "join_early" in codes
    assert not world.circles or codes & {"join_circle", "join_early"}
    if not codes & JOINS:
        assert world.parked <= {str(leak.loc[1]) for leak in leaks if leak.code == "parked"}


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(families())
def test_what_the_prover_calls_early_or_parked_is_so_and_every_path_replays(
    family: tuple[Matter, dict[str, Matter]],
) -> None:
    leaks, world = said(family), Explorer(*family)
    assert all(replays(family[0], leak) for leak in leaks)
    early = {str(leak.loc[1]) for leak in leaks if leak.code == "join_early"}
    joins = {name: family[0].actions[name] for name in family[0].joins}
    waits = [state for action in joins.values() for state in action.sources]
    if "revive" in family[0].actions:
        return
    if family[0].initial not in waits and len(waits) == len(set(waits)):
        assert early <= world.early
        assert bool(early) is bool(world.early)
    if not {leak.code for leak in leaks} & JOINS:
        assert {str(leak.loc[1]) for leak in leaks if leak.code == "parked"} <= world.parked
