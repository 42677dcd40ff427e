"""The flow of a matter as a graph: positions, steps, shortest paths, and what is surely filled in. Pure.

A position is a state together with the remembered state (return address, '' for none): `back` leads elsewhere
depending on where one came from, so that a search over states alone would find paths that cannot be walked.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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


def anything(name: str, action: Action) -> bool:
    """Every action may be taken."""
    return True


@dataclass(frozen=True)
class Flow:
    """A matter's flow; only positions that can be reached are in it."""

    matter: Matter

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
        matter = self.matter
        known: dict[Position, frozenset[str]] = {self.start: self.filled_first}
        queue = deque([self.start])
        while queue:
            here = queue.popleft()
            for step in self.steps(here):
                after = self.fills(matter.actions[step.action], known[here])
                merged = known.get(step.position, after) & after
                if known.get(step.position) != merged:
                    known[step.position] = merged
                    queue.append(step.position)
        return known

    def path_unfilled(self, field: str, goal: Position) -> Path:
        """A shortest path to a position on which the field can still be empty there; () where it never is."""
        first = (self.start, field in self.filled_first)
        found: dict[tuple[Position, bool], Path] = {first: ()}
        queue = deque([first])
        while queue:
            here = queue.popleft()
            before = self.filled[here[0]] - {field} | ({field} if here[1] else frozenset())
            for step in self.steps(here[0]):
                is_filled = field in self.fills(self.matter.actions[step.action], before)
                there = (step.position, is_filled)
                if there not in found:
                    found[there] = (*found[here], step)
                    queue.append(there)
        return found.get((goal, False), ())

    def fills(self, action: Action, before: frozenset[str]) -> frozenset[str]:
        """What is surely filled after an action: an edit may empty a field that nobody requires."""
        fields = self.matter.fields
        emptied = {n for n in action.edits if n in fields and not fields[n].required}
        needed = set(self.matter.expand(action.requires))
        given = {n for n, f in action.form.items() if f.required}
        after = (before - emptied) | needed
        for to, source in action.sets.items():
            after = after | {to} if source in after | given else after - {to}
        return frozenset(after)


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
