"""Proves that no case of a matter can get lost (promise 3 of the kernel): each check with its counter-example. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.kernel.matters.definition import BACK, SYSTEM, Action, Matter
from bihuan.kernel.matters.flow import Flow, Path, Position, shown
from bihuan.kernel.matters.timing import Clock

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Leak:
    """A way in which a flow is unsound: where in the file, in words, and the path that shows it."""

    code: str
    loc: Loc
    message: str
    path: Path = ()
    walked: str = ""  # the matter in which the path is walked, where it is another one


def find_leaks(matter: Matter, flow: Flow | None = None) -> tuple[Leak, ...]:
    """Every leak of a matter whose names resolve, in the order of the checks."""
    flow = flow or Flow(matter)
    checks = (
        _unreachable,
        _endless,
        _addresses,
        _ownerless,
        _clockless,
        _unended_pauses,
        _unverified,
    )
    return tuple(leak for check in checks for leak in check(flow))


def _unreachable(flow: Flow) -> Iterator[Leak]:
    reached = {state for state, _ in flow.reached}
    for name, state in flow.matter.states.items():
        if name not in reached:
            yield Leak(
                "unreachable",
                ("states", name),
                f"环节“{state.label}”无法到达：{_missing_edge(flow, name)}（state cannot be reached）",
            )
    for name, action in flow.matter.actions.items():
        if reached.isdisjoint(action.sources):
            sources = "、".join(flow.matter.states[source].label for source in action.sources)
            yield Leak(
                "dead_action",
                ("actions", name),
                f"动作“{action.label}”永远轮不到：其来源环节 {sources} 都无法到达（action can never be taken）",
            )
    if not any(flow.matter.states[s].end == "success" for s in reached):
        yield Leak(
            "no_success",
            ("states",),
            "没有能够到达的成功结束环节（no successful end can be reached）",
        )


def _missing_edge(flow: Flow, state: str) -> str:
    """What is lacking: an action that leads there, or a way to where the only ones start."""
    leading = [a for a in flow.matter.actions.values() if a.to == state and a.sources != (state,)]
    if not leading:
        return "没有任何动作通向它（no action leads to it）"
    names = "、".join(f"“{action.label}”" for action in leading)
    sources = dict.fromkeys(s for a in leading for s in a.sources if s != state)
    labels = "、".join(flow.matter.states[source].label for source in sources)
    return f"只有 {names} 通向它，而其来源环节 {labels} 也无法到达（nor can the states before it）"


def _endless(flow: Flow) -> Iterator[Leak]:
    told = set()
    for position, path in flow.reached.items():
        if position not in flow.ending and position[0] not in told:
            told.add(position[0])
            words = shown(flow.matter, flow.start, path)
            yield Leak(
                "endless", ("states", position[0]),
                f"到此无法结束：{words}（no end can be reached from here）", path,
            )  # fmt: skip


def _addresses(flow: Flow) -> Iterator[Leak]:
    """`back` needs a remembered state; remembering twice would forget the first address."""
    for position, path in flow.reached.items():
        for name, action in flow.matter.actions.items():
            if position[0] not in action.sources:
                continue
            words = shown(flow.matter, flow.start, path)
            if action.to == BACK and not position[1]:
                yield Leak(
                    "no_address", ("actions", name, "to"),
                    f"“{action.label}”要退回原环节，但此路上没有记住原环节：{words}（nothing was remembered）", path,
                )  # fmt: skip
            if action.remember and position[1]:
                yield Leak(
                    "address_lost", ("actions", name, "remember"),
                    f"“{action.label}”会覆盖已记住的原环节：{words}（a remembered state would be lost）", path,
                )  # fmt: skip


def _open_positions(flow: Flow) -> Iterator[tuple[Position, Path]]:
    for position, path in flow.reached.items():
        if not flow.matter.states[position[0]].end:
            yield position, path


def _ownerless(flow: Flow) -> Iterator[Leak]:
    told = set()
    for position, path in _open_positions(flow):
        owner = flow.matter.states[position[0]].owner
        if position[0] in told or (owner and owner in flow.filled[position]):
            continue
        told.add(position[0])
        if owner:
            path = flow.path_unfilled(owner, position)
        words = shown(flow.matter, flow.start, path)
        why = f"承办字段 {owner} 可能为空" if owner else "没有写明 owner"
        yield Leak(
            "ownerless", ("states", position[0]),
            f"环节无人负责（{why}）：{words}（nobody owns the case here）", path,
        )  # fmt: skip


def _clockless(flow: Flow) -> Iterator[Leak]:
    told = set()
    for position, path in _open_positions(flow):
        if position[0] in told or _has_clock(flow, position) or _waits_for_parts(flow, position):
            continue
        told.add(position[0])
        path = _path_undated(flow, position) or path
        words = shown(flow.matter, flow.start, path)
        yield Leak(
            "parked", ("states", position[0]),
            f"环节没有一定在走的时限，办件可能搁置：{words}（no clock surely runs here: a case can be parked）", path,
        )  # fmt: skip


def _waits_for_parts(flow: Flow, position: Position) -> bool:
    """Parts are open, each with clocks of its own that are proved with its matter, or the join has been taken already."""
    return any(flow.is_sure(join, position) for join in flow.matter.joins)


def _path_undated(flow: Flow, position: Position) -> Path:
    """Where a clock would run but for an empty date: the path on which the date stays empty."""
    dates = [c.until for c in flow.matter.clocks.values() if c.until and position[0] in c.runs_in]
    empty = [name for name in dates if name not in flow.filled[position]]
    return flow.path_unfilled(empty[0], position) if empty else ()


def _has_clock(flow: Flow, position: Position) -> bool:
    """Some clock surely runs, or clocks whose conditions cover every value of a filled choice."""
    matter = flow.matter
    here = [c for c in matter.clocks.values() if _holds(flow, c, position)]
    if any(not clock.when for clock in here):
        return True
    for name in flow.filled[position]:
        covered = {c.when[name] for c in here if set(c.when) == {name}}
        if covered and covered >= set(matter.fields[name].choices):
            return True
    return False


def _holds(flow: Flow, clock: Clock, position: Position) -> bool:
    """The clock runs at the position whatever happened before (its `when` apart)."""
    state = position[0]
    if state not in clock.runs_in or state in clock.pauses_in:
        return False
    if clock.until and clock.until not in flow.filled[position]:
        return False
    return clock.every is not None or all(
        _leaves_span(flow.matter.actions[name], clock) for name in clock.met_by
    )


def _leaves_span(action: Action, clock: Clock) -> bool:
    return action.to not in (*clock.runs_in, *clock.pauses_in, "same", "back")


def _unended_pauses(flow: Flow) -> Iterator[Leak]:
    """From a pause an action leads out, and while it lasts another clock runs."""
    for key, clock in flow.matter.clocks.items():
        for state in clock.pauses_in:
            for position, path in flow.reached.items():
                if position[0] != state or any(
                    step.position[0] not in clock.pauses_in for step in flow.steps(position)
                ):
                    continue
                words = shown(flow.matter, flow.start, path)
                yield Leak(
                    "endless_pause", ("clocks", key, "pauses_in"),
                    f"时限“{clock.label}”暂停后没有动作使其恢复：{words}（nothing ends the pause）", path,
                )  # fmt: skip
                break


def _unverified(flow: Flow) -> Iterator[Leak]:
    """No successful end without an independent action, from the beginning and from every handler's state."""
    matter = flow.matter

    def dependent(name: str, action: Action) -> bool:
        return not matter.is_independent(action)

    told = set()
    for position, before in flow.reached.items():
        if position != flow.start and matter.states[position[0]].owner not in matter.handler:
            continue
        for end, path in flow.paths_from(position, dependent).items():
            if not path or matter.states[end[0]].end != "success" or end[0] in told:
                continue
            told.add(end[0])
            words = shown(matter, flow.start, (*before, *path))
            yield Leak(
                "unverified", ("actions", path[-1].action),
                f"承办单位可以不经他人核查就办结：{words}（the handling unit can reach a successful end by itself）",
                (*before, *path),
            )  # fmt: skip


def is_taken_by_system(action: Action) -> bool:
    """True where one of its actors is the product itself."""
    return any(grant.role == SYSTEM for grant in action.by)
