"""The flow of a matter as a graph: positions, steps, shortest paths, and what is surely filled in. Pure.

A position is a state together with the remembered state (return address, '' for none): `back` leads elsewhere
depending on where one came from, so that a search over states alone would find paths that cannot be walked.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bihuan.kernel.matters.definition import BACK, SAME, Action, Matter

Position = tuple[str, str]  # (state, remembered state)
Allowed = Callable[[str, Action], bool]


@dataclass(frozen=True)
class Step:
    """One step of a path: the action taken and the position it leads to."""

    action: str
    position: Position


Path = tuple[Step, ...]
# What holds after an action, by what holds before it; None where it cannot be taken then.
Holds = Callable[[str, frozenset[str]], frozenset[str] | None]


def anything(name: str, action: Action) -> bool:
    """Every action may be taken."""
    return True


@dataclass(frozen=True)
class Flow:
    """A matter's flow; only positions that can be reached are in it.

    `revived`: actions by which the system takes a case up again because a part of it was, with the joins they await.
    """

    matter: Matter
    revived: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def start(self) -> Position:
        """Where a case begins."""
        return (self.matter.initial, "")

    @cached_property
    def reached(self) -> Mapping[Position, Path]:
        """Every position that can be reached, with a shortest path to it."""
        return self.paths_from(self.start)

    def steps(self, position: Position, allowed: Allowed = anything) -> Iterable[Step]:
        """What can be done at a position."""
        state, remembered = position
        for name, action in self.matter.actions.items():
            if state in action.sources and allowed(name, action):
                target = follow(action, state, remembered)
                if target is not None:
                    yield Step(name, target)

    def paths_from(self, start: Position, allowed: Allowed = anything) -> dict[Position, Path]:
        """Shortest paths from a position to all that can be reached, itself included (breadth first)."""
        found: dict[Position, Path] = {start: ()}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for step in self.steps(here, allowed):
                if step.position not in found:
                    found[step.position] = (*found[here], step)
                    queue.append(step.position)
        return found

    @cached_property
    def ending(self) -> frozenset[Position]:
        """The reached positions from which an end can be reached."""
        before: dict[Position, set[Position]] = {}
        for position in self.reached:
            for step in self.steps(position):
                before.setdefault(step.position, set()).add(position)
        found = {p for p in self.reached if self.matter.states[p[0]].end}
        queue = deque(found)
        while queue:
            for earlier in before.get(queue.popleft(), set()) - found:
                found.add(earlier)
                queue.append(earlier)
        return frozenset(found)

    @cached_property
    def filled_first(self) -> frozenset[str]:
        """Fields that no case is opened without: the required ones and the opener's unit."""
        required = {n for n, f in self.matter.fields.items() if f.required}
        return frozenset(required | ({self.matter.opener} - {""}))

    @cached_property
    def filled(self) -> Mapping[Position, frozenset[str]]:
        """Fields that are filled in whichever way a position was reached (must-analysis to a fixed point)."""
        return self._surely(
            self.filled_first, lambda name, held: self.fills(self.matter.actions[name], held)
        )

    @cached_property
    def opened(self) -> Mapping[Position, frozenset[str]]:
        """Joins whose parts were opened since they last came together, in whichever way a position was reached."""
        return self._surely(frozenset(), self.opens)

    def opens(self, name: str, before: frozenset[str]) -> frozenset[str] | None:
        """The joins that have parts to wait for after an action: the join itself uses up its own, and needs some."""
        if name in self.matter.joins and name not in before:
            return None
        joins = {handoff.join for handoff in self.matter.actions[name].opens if handoff.join}
        return frozenset((before - {name}) | joins | self.revived.get(name, frozenset()))

    def _surely(self, first: frozenset[str], after: Holds) -> dict[Position, frozenset[str]]:
        """What holds on every path to each position, to a fixed point."""
        known: dict[Position, frozenset[str]] = {self.start: first}
        queue = deque([self.start])
        while queue:
            here = queue.popleft()
            for step in self.steps(here):
                held = after(step.action, known[here])
                if held is None:
                    continue
                merged = known.get(step.position, held) & held
                if known.get(step.position) != merged:
                    known[step.position] = merged
                    queue.append(step.position)
        return known

    def path_unfilled(self, name: str, goal: Position) -> Path:
        """A shortest path to a position on which the field is empty there; () where it never is."""
        copied = [pair for a in self.matter.actions.values() for pair in a.sets.items()]
        seen, more = frozenset[str](), frozenset({name})
        while more > seen:  # what the field is copied from, and that from, matters as well
            seen, more = more, more | {source for to, source in copied if to in more}

        def after(action: str, held: frozenset[str]) -> frozenset[str]:
            return self.fills(self.matter.actions[action], held) & more

        walks = self._walks(self.filled_first & more, after)
        return next((path for (p, held), path in walks if p == goal and name not in held), ())

    def path_unopened(self, join: str) -> Path | None:
        """A shortest path to where a join waits and no part for it was opened; None where there is none."""
        sources = self.matter.actions[join].sources
        walks = self._walks(frozenset(), self.opens)
        return next(
            (path for (p, held), path in walks if p[0] in sources and join not in held), None
        )

    def _walks(
        self, first: frozenset[str], after: Holds
    ) -> Iterator[tuple[tuple[Position, frozenset[str]], Path]]:
        """Every position with what can hold there, each with a shortest path to it ."""
        start = (self.start, first)
        found = {start}
        queue: deque[tuple[tuple[Position, frozenset[str]], Path]] = deque([(start, ())])
        while queue:
            here, path = queue.popleft()
            yield here, path
            for step in self.steps(here[0]):
                held = after(step.action, here[1])
                if held is None:
                    continue
                there = (step.position, held)
                if there not in found:
                    found.add(there)
                    queue.append((there, (*path, step)))

    def is_sure(self, join: str, position: Position) -> bool:
        """True where the system surely takes the join here as soon as its parts have ended: nothing can refuse it."""
        action = self.matter.actions[join]
        return (
            position[0] in action.sources
            and join in self.opened.get(position, frozenset())
            and not self.may_refuse(action, self.filled[position])
        )

    def may_refuse(self, action: Action, filled: frozenset[str]) -> bool:
        """True where the system's own attempt can be refused: by a rule, a reference, a field that is empty."""
        fields = self.matter.fields
        if action.guard or action.extends or action.opens:
            return True
        if any(field.required for field in action.form.values()):
            return True
        if any(fields[to].type in ("unit", "units", "post") for to in action.sets):
            return True
        written = {n for n in (*action.sets, *action.gathers) if fields[n].required}
        needed = written | set(self.matter.expand(action.requires))
        return not needed <= self._written(action, filled)

    def fills(self, action: Action, before: frozenset[str]) -> frozenset[str]:
        """What is surely filled after an action: an edit may empty a field that nobody requires."""
        fields = self.matter.fields
        needed = frozenset(self.matter.expand(action.requires))
        kept = {n for n, f in fields.items() if f.required}.difference(action.sets, action.gathers)
        emptied = {
            n for n in action.edits if n not in kept
        }  # what is written over may be typed empty
        untouched = needed.difference(action.sets, action.gathers)
        after = self._written(action, (before - emptied) | untouched | self._copied(action, needed))
        return after | needed | {name for name, field in fields.items() if field.required}

    def _copied(self, action: Action, needed: frozenset[str]) -> frozenset[str]:
        """Fields from which one is written that may not stay empty: with nothing in them the action would be refused."""
        fields = self.matter.fields
        return frozenset(
            source for to, source in action.sets.items()
            if (to in needed or fields[to].required) and to not in action.gathers
            and source in fields and source not in action.form
        )  # fmt: skip

    def _written(self, action: Action, before: frozenset[str]) -> frozenset[str]:
        """What is surely filled once `sets` and `gathers` have written, all from what stood before; a gathering may be empty."""
        given = {n for n, f in action.form.items() if f.required and n not in self.matter.fields}
        copied = {to for to, source in action.sets.items() if source in before or source in given}
        return before.difference(action.sets).union(copied).difference(action.gathers)


def follow(action: Action, state: str, remembered: str) -> Position | None:
    """Where an action leads from a state; None for `back` with nothing remembered. As the engine does it."""
    if action.to == BACK and not remembered:
        return None
    to = {SAME: state, BACK: remembered}.get(action.to, action.to)
    if action.remember:
        return (to, state)
    return (to, remembered if action.to == SAME else "")


def shown(matter: Matter, start: Position, path: Path) -> str:
    """A path as people read it: 待签收 —签收→ 办理中 —申请销号→ 已销号."""
    text = matter.states[start[0]].label
    for step in path:
        state = matter.states.get(step.position[0])
        label = state.label if state else step.position[0]
        text += f" —{matter.actions[step.action].label}→ {label}"
    return text
