"""Everything that must hold before a matter is used: names that resolve, then the proof of its flow. Pure."""

from collections.abc import Collection, Iterator, Mapping

from bihuan.kernel.matters.definition import BACK, SAME, SYSTEM, Action, Matter
from bihuan.kernel.matters.flow import Flow, shown
from bihuan.kernel.matters.handoffs import Gather, Handoff
from bihuan.kernel.matters.intakes import INTAKES
from bihuan.kernel.matters.joins import find_join_leaks, flow_of, tried_by_parts
from bihuan.kernel.matters.leaks import Leak, Loc, find_leaks, is_taken_by_system
from bihuan.kernel.matters.personal import find_exposures
from bihuan.kernel.matters.slips import find_slips, placed_handoffs
from bihuan.kernel.matters.telling import find_telling_slips
from bihuan.kernel.matters.timing import Clock

__all__ = ["Leak", "check_matter"]


def check_matter(
    matter: Matter,
    *,
    roles: Collection[str],
    guards: Collection[str],
    parameters: Collection[str],
    matters: Mapping[str, Matter],
) -> tuple[Leak, ...]:
    """All that is wrong with a matter; the flow is proved only once every name in it resolves."""
    wrong = (
        *_names_in_matter(matter, roles),
        *_names_in_actions(matter, roles, guards, parameters),
        *_names_in_clocks(matter, parameters),
        *_handoffs(matter, matters),
    )
    flow = flow_of(matter, matters)
    return tuple(wrong) or (
        *find_slips(matter, guards, matters),
        *find_exposures(matter, roles, matters),
        *find_telling_slips(matter, parameters),
        *find_leaks(matter, flow),
        *find_join_leaks(flow, matters),
        *_undriven(flow, matters),
    )


def _missing(loc: Loc, kind: str, name: str) -> Leak:
    return Leak("unknown_name", loc, f"没有{kind} {name}（unknown name: {name}）")


def _absent(loc: Loc, kind: str, names: Collection[str], known: Collection[str]) -> Iterator[Leak]:
    for name in names:
        if name not in known:
            yield _missing(loc, kind, name)


def _names_in_matter(matter: Matter, roles: Collection[str]) -> Iterator[Leak]:
    units, fields = matter.unit_fields, matter.fields
    yield from _absent(("initial",), "环节", [matter.initial], matter.states)
    yield from _absent(("handler",), "单位字段", matter.handler, units)
    yield from _absent(("verify",), "动作", matter.verify, matter.actions)
    yield from _absent(("opener",), "单位字段", [matter.opener] if matter.opener else [], units)
    yield from _absent(("intake",), "受理", [matter.intake] if matter.intake else [], INTAKES)
    yield from _absent(("public",), "字段", matter.public, fields)
    yield from _absent(("hides_from",), "单位字段", matter.hides_from, units)
    yield from _absent(
        ("opened_by",), "角色", [g.role for g in matter.opened_by if g.role != SYSTEM], roles
    )
    texts = [n for n, f in fields.items() if f.type == "text"]
    yield from _absent(("title",), "文字字段", [matter.title], texts)
    for name, state in matter.states.items():
        owner = [state.owner] if state.owner else []
        single = [n for n in units if fields[n].type == "unit"]
        yield from _absent(("states", name, "owner"), "单位字段", owner, single)
    for name, section in matter.sections.items():
        yield from _absent(("sections", name, "fields"), "字段", section.fields, fields)


def _names_in_actions(
    matter: Matter,
    roles: Collection[str],
    guards: Collection[str],
    parameters: Collection[str],
) -> Iterator[Leak]:
    fields = matter.fields
    for name, action in matter.actions.items():
        at: Loc = ("actions", name)
        yield from _absent((*at, "from"), "环节", action.sources, matter.states)
        yield from _absent((*at, "to"), "环节", [action.to], (*matter.states, SAME, BACK))
        yield from _absent((*at, "by"), "角色", [g.role for g in action.by], (*roles, SYSTEM))
        parties = [g.party for g in action.by if g.party]
        yield from _absent((*at, "by"), "单位字段", parties, matter.unit_fields)
        yield from _absent((*at, "not_by"), "单位字段", action.not_by, matter.unit_fields)
        yield from _absent((*at, "other_than"), "动作", action.other_than, matter.actions)
        yield from _absent((*at, "edits"), "字段", action.edits, fields)
        yield from _absent((*at, "requires"), "字段", matter.expand(action.requires), fields)
        yield from _absent((*at, "notifies"), "单位字段", action.notifies, matter.unit_fields)
        yield from _absent((*at, "sets"), "字段", action.sets.keys(), fields)
        yield from _absent((*at, "sets"), "字段", action.sets.values(), (*fields, *action.form))
        yield from _absent((*at, "guard"), "规则", action.guard, guards)
        yield from _extension(matter, action, at, parameters)


def _extension(
    matter: Matter, action: Action, at: Loc, parameters: Collection[str]
) -> Iterator[Leak]:
    extends = action.extends
    if extends is None:
        return
    whole = [n for n, f in action.form.items() if f.type == "integer" and f.required]
    yield from _absent((*at, "extends", "clock"), "时限", extends.clock, matter.clocks)
    whole += [n for n, f in matter.fields.items() if f.type == "integer"]
    yield from _absent((*at, "extends", "by"), "整数字段", [extends.by], whole)
    named = [n for n in (extends.max_each, extends.max_times) if n]
    yield from _absent((*at, "extends"), "参数", named, parameters)


def _names_in_clocks(matter: Matter, parameters: Collection[str]) -> Iterator[Leak]:
    for name, clock in matter.clocks.items():
        at: Loc = ("clocks", name)
        yield from _absent((*at, "runs_in"), "环节", clock.runs_in, matter.states)
        yield from _absent((*at, "pauses_in"), "环节", clock.pauses_in, matter.states)
        yield from _absent((*at, "met_by"), "动作", clock.met_by, matter.actions)
        yield from _absent(
            (*at, "missed"), "动作", [clock.missed] if clock.missed else [], matter.actions
        )
        dates = [n for n, f in matter.fields.items() if f.type == "date"]
        yield from _absent((*at, "until"), "日期字段", [clock.until] if clock.until else [], dates)
        if clock.within and isinstance(clock.within.amount, str):
            yield from _absent((*at, "within", "amount"), "参数", [clock.within.amount], parameters)
        yield from _conditions(matter, clock, at)
        yield from _ends_with_clocks(matter, clock, at)


def _conditions(matter: Matter, clock: Clock, at: Loc) -> Iterator[Leak]:
    for name, value in clock.when.items():
        field = matter.fields.get(name)
        if field is None or value not in field.choices:
            yield _missing((*at, "when", name), "选项", f"{name}={value}")


def _ends_with_clocks(matter: Matter, clock: Clock, at: Loc) -> Iterator[Leak]:
    for name in (*clock.runs_in, *clock.pauses_in):
        if name in matter.states and matter.states[name].end:
            yield Leak(
                "clock_in_end",
                (*at, "runs_in"),
                f"结束环节 {name} 不应有时限（an end has no clock）",
            )


def _handoffs(matter: Matter, matters: Mapping[str, Matter]) -> Iterator[Leak]:
    for name, action in matter.actions.items():
        for at, opens in placed_handoffs(name, action):
            yield from _handoff(matter, matters, action, at, opens)
        for into, gather in action.gathers.items():
            yield from _gather(matter, matters, ("actions", name, "gathers", into), into, gather)


def _handoff(
    matter: Matter, matters: Mapping[str, Matter], action: Action, at: Loc, opens: Handoff
) -> Iterator[Leak]:
    target = matters.get(opens.matter)
    if target is None:
        yield _missing((*at, "matter"), "事项", opens.matter)
        return
    given = {*opens.copy_fields, *opens.set_fields, *([opens.item] if opens.item else [])}
    yield from _absent((*at, "copy"), "字段", sorted(given), target.fields)
    for name, value in opens.set_fields.items():
        if name in target.fields and value not in target.fields[name].choices:
            yield _missing((*at, "set", name), "选项", f"{name}={value}")
    sources = {**matter.fields, **action.form}
    rows = sources[opens.for_each].fields if opens.for_each in sources else {}
    if opens.for_each:
        yield from _absent((*at, "for_each"), "字段", [opens.for_each], sources)
    yield from _absent((*at, "copy"), "字段", opens.copy_fields.values(), {**sources, **rows})
    yield from _absent((*at, "join"), "动作", [opens.join] if opens.join else [], matter.actions)
    needed = {n for n, f in target.fields.items() if f.required} - {target.opener}
    for field in sorted(needed - given):
        yield Leak(
            "not_given",
            at,
            f"{target.label}的必填字段 {field} 没有传过去（required field is not copied）",
        )


def _gather(
    matter: Matter, matters: Mapping[str, Matter], at: Loc, into: str, gather: Gather
) -> Iterator[Leak]:
    rows = [n for n, f in matter.fields.items() if f.type == "rows"]
    yield from _absent(at, "多行字段", [into], rows)
    source = matters.get(gather.matter)
    if source is None:
        yield _missing((*at, "matter"), "事项", gather.matter)
        return
    yield from _absent((*at, "copy"), "字段", gather.copy_fields.values(), source.fields)
    if into in rows:
        columns = matter.fields[into].fields
        yield from _absent((*at, "copy"), "列", gather.copy_fields.keys(), columns)


def _undriven(flow: Flow, matters: Mapping[str, Matter]) -> Iterator[Leak]:
    """A system action must be driven: by a missed clock, or by a case that this matter opens."""
    matter = flow.matter
    tried = tried_by_parts(matter, matters) | set(matter.joins)
    late_actions = {clock.missed for clock in matter.clocks.values()}
    for name, action in matter.actions.items():
        if is_taken_by_system(action) and name not in tried | late_actions:
            yield Leak(
                "undriven",
                ("actions", name),
                f"系统动作“{action.label}”没有任何时限或下级事项触发（nothing ever takes it）",
                next((path for p, path in flow.reached.items() if p[0] in action.sources), ()),
            )
    yield from _left_to_nobody(flow, tried)
    for key, clock in matter.clocks.items():
        late = matter.actions.get(clock.missed)
        if late and not (is_taken_by_system(late) and set(clock.runs_in) <= set(late.sources)):
            yield Leak(
                "missed_unfit", ("clocks", key, "missed"),
                f"“{late.label}”须由系统办理，且在时限的每个环节都可办（must be a system action in every state of the clock）",
            )  # fmt: skip


def _left_to_nobody(flow: Flow, tried: frozenset[str]) -> Iterator[Leak]:
    """A state that only the system leaves needs, in that very state, a clock or a part that surely makes it."""
    told = set()
    matter = flow.matter
    for position, path in flow.reached.items():
        state = position[0]
        leaving = [s.action for s in flow.steps(position) if s.position[0] != state]
        driven = {n for n in tried if n not in matter.joins or flow.is_sure(n, position)}
        driven |= {c.missed for c in matter.clocks.values() if state in c.runs_in}
        moved = any(not matter.actions[n].is_system or n in driven for n in leaving)
        if matter.states[state].end or state in told or moved or not leaving:
            continue
        told.add(state)
        words = shown(matter, flow.start, path)
        yield Leak(
            "left_to_nobody", ("states", state),
            f"离开此环节只能靠系统，而此处没有任何触发：{words}（only the system leaves it, and nothing here makes it）", path,
        )  # fmt: skip
