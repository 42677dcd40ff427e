"""Proves that parts which join (汇合) come together: never before they were opened, never in a circle, never not. Pure.

A join is tried when a part ends and whenever the case comes into one of its states. So it must be the system's, lead
away, have parts to wait for wherever it is tried, and wait only for cases that can end. A part that is taken up again
may take its parent up again through `then`: that counts as opening it anew.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bihuan.kernel.matters.definition import BACK, SAME, SYSTEM, Action, Matter
from bihuan.kernel.matters.fields import FieldDefinition
from bihuan.kernel.matters.flow import Flow, Path, Position, shown
from bihuan.kernel.matters.handoffs import Gather
from bihuan.kernel.matters.leaks import Leak, Loc, is_taken_by_system
from bihuan.kernel.matters.slips import placed_handoffs

Matters = Mapping[str, Matter]


def parts_of(matter: Matter, matters: Matters) -> dict[str, Matter]:
    """The matters whose cases this matter opens."""
    keys = (handoff.matter for a in matter.actions.values() for handoff in a.opens)
    return {key: matters[key] for key in keys if key in matters}


def tried_by_parts(matter: Matter, matters: Matters) -> frozenset[str]:
    """The actions that cases opened by this matter try on it (`then`)."""
    parts = parts_of(matter, matters).values()
    return frozenset(a.then for part in parts for a in part.actions.values() if a.then)


def flow_of(matter: Matter, matters: Matters) -> Flow:
    """The flow with what its parts do to it: an action that only re-opened parts bring about has them to wait for."""
    parts = parts_of(matter, matters)
    driven = {clock.missed for clock in matter.clocks.values()} | set(matter.joins)
    revived: dict[str, frozenset[str]] = {}
    for name, action in matter.actions.items():
        thens = [
            (part, a) for part in parts.values() for a in part.actions.values() if a.then == name
        ]
        alone = action.is_system and name not in driven and thens
        if alone and all(_takes_up_again(part, a) for part, a in thens):
            keys = {part.key for part, _ in thens}
            revived[name] = frozenset(j for j, waits in matter.joins.items() if keys <= waits)
    return Flow(matter, revived)


def _takes_up_again(part: Matter, action: Action) -> bool:
    state = part.states.get(action.to)
    return bool(state and not state.end) and all(
        part.states[source].end for source in action.sources
    )


def find_join_leaks(flow: Flow, matters: Matters) -> Iterator[Leak]:
    """Every way in which parts of a matter fail to come together; names must resolve already."""
    for check in (_unfit, _circles, _early, _never, _gathers):
        yield from check(flow, matters)
    yield from _without_end(flow, matters)


def _leak(flow: Flow, code: str, loc: Loc, words: str, english: str, path: Path) -> Leak:
    text = f"{words}：{shown(flow.matter, flow.start, path)}（{english}）"
    return Leak(code, loc, text, path)


def _unfit(flow: Flow, matters: Matters) -> Iterator[Leak]:
    """A join is taken by the system and leads away from every state in which it waits."""
    for name in flow.matter.joins:
        action, path = flow.matter.actions[name], _taken(flow, name)
        if not is_taken_by_system(action):
            yield _leak(
                flow, "join_not_system", ("actions", name, "by"),
                f"汇合动作“{action.label}”没有授权 {SYSTEM}，不会自动办理",
                "a join must be granted to the system", path,
            )  # fmt: skip
        if action.to in (SAME, BACK, *action.sources):
            yield _leak(
                flow, "join_stays", ("actions", name, "to"),
                f"汇合动作“{action.label}”必须离开等待的环节",
                "a join must lead away from where it waits", path,
            )  # fmt: skip


def _circles(flow: Flow, matters: Matters) -> Iterator[Leak]:
    """No circle of joins and other actions of the system alone: nobody would ever act in it."""
    matter = flow.matter
    alone = {
        a.then
        for part in parts_of(matter, matters).values()
        for a in part.actions.values()
        if is_taken_by_system(a)
    }
    driven = alone | {clock.missed for clock in matter.clocks.values()}

    def by_system(name: str, action: Action) -> bool:
        return is_taken_by_system(action) and (name in matter.joins or name in driven)

    told = set()
    for position, path in flow.reached.items():
        for step in flow.steps(position, by_system):
            home = flow.paths_from(step.position, by_system).get(position)
            is_new = step.action in matter.joins and step.action not in told
            if not is_new or home is None or step.position == position:
                continue
            told.add(step.action)
            yield _leak(
                flow, "join_circle", ("actions", step.action),
                "汇合与系统动作首尾相接，没有人办理也会循环不止",
                "joins and system actions alone go round in a circle", (*path, step, *home),
            )  # fmt: skip


def _early(flow: Flow, matters: Matters) -> Iterator[Leak]:
    """Wherever a join is tried its parts were opened first, and since it was last taken."""
    for name in flow.matter.joins:
        path = flow.path_unopened(name)
        if path is not None:
            yield _leak(
                flow, "join_early", ("actions", name, "from"),
                f"到此并没有转出要等待的事项，“{flow.matter.actions[name].label}”会立即汇合",
                "the join is tried before anything was opened that it could wait for", path,
            )  # fmt: skip


def _never(flow: Flow, matters: Matters) -> Iterator[Leak]:
    """From where parts are opened a state that waits for them can be reached; and the parts can end."""
    matter = flow.matter
    ending = _endable(matters)
    for name, action in matter.actions.items():
        path = _taken(flow, name)
        for at, handoff in placed_handoffs(name, action):
            if not handoff.join:
                continue
            waits = matter.actions[handoff.join]
            if path and not _comes_to(flow, path[-1].position, waits):
                yield _leak(
                    flow, "join_unreached", (*at, "join"),
                    f"此后再也到不了“{waits.label}”的环节，转出的事项无处汇合",
                    "no state that waits can be reached afterwards", path,
                )  # fmt: skip
            if handoff.matter not in ending:
                yield _leak(
                    flow, "parts_endless", (*at, "matter"),
                    f"等待的“{matters[handoff.matter].label}”不可能全部了结",
                    "the cases it waits for can never all end", path,
                )  # fmt: skip


def _comes_to(flow: Flow, position: Position, action: Action) -> bool:
    return any(state in action.sources for state, _ in flow.paths_from(position))


def _endable(matters: Matters) -> frozenset[str]:
    """Matters of which some case can end, waiting only for cases that can (least fixed point)."""
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(key for key, matter in matters.items() if _can_end(matter, found))
        if more == found:
            return found
        found = more


def _can_end(matter: Matter, ending: frozenset[str]) -> bool:
    def open_way(name: str, action: Action) -> bool:
        return matter.joins.get(name, frozenset()) <= ending

    flow = Flow(matter)
    return any(matter.states[state].end for state, _ in flow.paths_from(flow.start, open_way))


def _gathers(flow: Flow, matters: Matters) -> Iterator[Leak]:
    """Gathered are cases that this matter opens, and what a row must have each of them surely has when it ends well."""
    matter = flow.matter
    opened = parts_of(matter, matters)
    for name, action in matter.actions.items():
        for into, gather in action.gathers.items():
            at = ("actions", name, "gathers", into)
            if gather.matter not in opened:
                yield Leak(
                    "gather_stranger", (*at, "matter"),
                    f"本事项从不转办“{gather.matter}”，没有可汇总的（this matter never opens {gather.matter}）",
                )  # fmt: skip
                continue
            columns = matter.fields[into].fields
            yield from _columns((*at, "copy"), gather, columns, opened[gather.matter])


def _columns(
    at: Loc,
    gather: Gather,
    columns: Mapping[str, FieldDefinition],
    part: Matter,
) -> Iterator[Leak]:
    flow = Flow(part)
    well = [p for p in flow.reached if part.states[p[0]].end == "success"]
    required = {name for name, column in columns.items() if column.required}
    for name in sorted(required - gather.copy_fields.keys()):
        yield Leak(
            "not_given", at, f"汇总的每一行必须有 {name}，却没有写明取自何处（required column is not copied）"
        )  # fmt: skip
    for name, source in gather.copy_fields.items():
        if _kind(columns[name]) != _kind(part.fields[source]):
            yield Leak(
                "gather_type", (*at, name),
                f"“{columns[name].label}”与所取的“{part.fields[source].label}”类型不同（types differ）",
            )  # fmt: skip
        empty = next((p for p in well if source not in flow.filled[p]), None)
        if name in required and empty:
            leak = _leak(
                flow, "gather_empty", (*at, name),
                f"“{part.label}”办结时“{part.fields[source].label}”可能为空",
                "the field can be empty when the part ends well", flow.path_unfilled(source, empty),
            )  # fmt: skip
            yield replace(leak, walked=part.key)


def _kind(field: FieldDefinition) -> str:
    return "text" if field.type == "longtext" else field.type


def _without_end(flow: Flow, matters: Matters) -> Iterator[Leak]:
    """No case opens its like, directly or through others, without somebody who acts."""
    matter = flow.matter
    for name, action in matter.actions.items():
        path = _taken(flow, name, by_system=True)
        for at, handoff in placed_handoffs(name, action) if path else ():
            chain = _chain(handoff.matter, matter.key, matters, frozenset())
            if chain is None:
                continue
            labels = " → ".join(matters[key].label for key in (matter.key, *chain))
            yield _leak(
                flow, "endless_handoff", (*at, "matter"),
                f"无人办理也会不断转办（{labels}）",
                "cases open one another without anybody and without end", path,
            )  # fmt: skip


def _chain(key: str, goal: str, matters: Matters, seen: frozenset[str]) -> tuple[str, ...] | None:
    """Matters from one to the goal, each opened by the one before without anybody who acts."""
    if key == goal:
        return (key,)
    if key in seen or key not in matters:
        return None
    flow = Flow(matters[key])
    for name, action in flow.matter.actions.items():
        if action.opens and _taken(flow, name, by_system=True):
            for handoff in action.opens:
                if rest := _chain(handoff.matter, goal, matters, seen | {key}):
                    return (key, *rest)
    return None


def _taken(flow: Flow, name: str, *, by_system: bool = False) -> Path:
    """A shortest path that ends with the action, by the system alone where asked for; () where there is none."""

    def allowed(_: str, action: Action) -> bool:
        return not by_system or is_taken_by_system(action)

    for position, path in flow.paths_from(flow.start, allowed).items():
        for step in flow.steps(position, allowed):
            if step.action == name:
                return (*path, step)
    return ()
