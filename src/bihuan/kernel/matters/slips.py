"""Slips (笔误): names that all resolve, and still the file cannot mean what it says. Pure; the flow is in leaks.py."""

from collections.abc import Collection, Iterator, Mapping

from bihuan.kernel.matters.definition import SYSTEM, Action, Matter
from bihuan.kernel.matters.handoffs import Handoff
from bihuan.kernel.matters.leaks import Leak, Loc
from bihuan.kernel.matters.listing import find_list_slips


def find_slips(
    matter: Matter, guards: Collection[str], matters: Mapping[str, Matter]
) -> Iterator[Leak]:
    """Every slip of a matter; names must resolve already."""
    yield from _head(matter, guards)
    yield from _hidden(matter)
    yield from find_list_slips(matter)
    for name, action in matter.actions.items():
        yield from _forms(("actions", name), action)
        yield from _fills(("actions", name), matter, action)
        yield from _grants(("actions", name), action)
        yield from _extension(matter, ("actions", name), action)
        yield from _other_hand(matter, ("actions", name), action)
        yield from _items(matter, name, action)
        yield from _twice(name, action)
        yield from _system_forms(matter, name, action)
        yield from _then(matter, ("actions", name), action, matters)
    for name, clock in matter.clocks.items():
        for state in sorted({*clock.runs_in} & {*clock.pauses_in}):
            yield Leak(
                "runs_and_pauses",
                ("clocks", name, "pauses_in"),
                f"时限“{clock.label}”在“{matter.states[state].label}”既计时又暂停（it cannot run and pause in {state}）",
            )
        if clock.within and isinstance(clock.within.amount, int) and clock.within.amount < 1:
            yield Leak(
                "no_time",
                ("clocks", name, "within", "amount"),
                f"时限“{clock.label}”必须大于零（a length of time must be more than zero）",
            )


def _head(matter: Matter, guards: Collection[str]) -> Iterator[Leak]:
    if not matter.fields[matter.title].required:
        yield Leak(
            "title_optional",
            ("fields", matter.title),
            f"办件以“{matter.fields[matter.title].label}”为名，须为必填（the field that names a case must be required）",
        )
    for index, grant in enumerate(matter.opened_by):
        if grant.party:
            yield Leak(
                "party_before_opening",
                ("opened_by", index),
                f"登记时还没有“{grant.party}”，只能写角色（no case has a {grant.party} before it is open）",
            )
    rule = matter.verified_by_rule
    if rule and rule.rule not in guards:
        yield Leak(
            "unknown_name",
            ("verified_by_rule", "rule"),
            f"没有规则 {rule.rule}（unknown name: {rule.rule}）",
        )
    for index, name in enumerate(matter.verify):
        if not matter.is_independent(matter.actions[name]):
            handlers = "、".join(matter.handler)
            yield Leak(
                "verifier_may_handle",
                ("verify", index),
                f"核查动作“{matter.actions[name].label}”须以 not_by 排除 {handlers}（a verifying action must bar {handlers}）",
            )


def _hidden(matter: Matter) -> Iterator[Leak]:
    """A unit that a case is hidden from owns nothing, acts on nothing, is told nothing; nobody sits "wherever"."""
    hidden = set(matter.hides_from)
    if not hidden:
        return
    if matter.public:
        yield Leak(
            "hidden_shown", ("public",), "封闭事项不能公开（a sealed matter is never public）"
        )
    parts: list[tuple[Loc, str]] = [(("handler", i), n) for i, n in enumerate(matter.handler)]
    parts += [(("states", name, "owner"), state.owner) for name, state in matter.states.items()]
    for name, action in matter.actions.items():
        at: Loc = ("actions", name)
        parts += [((*at, "notifies", i), field) for i, field in enumerate(action.notifies)]
        parts += [((*at, "by", i), grant.party) for i, grant in enumerate(action.by)]
        for index, grant in enumerate(action.by):
            if not grant.party and grant.role != SYSTEM:
                yield Leak(
                    "hidden_anywhere",
                    (*at, "by", index),
                    f"封闭事项须写明哪个单位的“{grant.role}”可办（a sealed matter names the unit: {grant.role}@field）",
                )
    for at, field in parts:
        if field in hidden:
            yield Leak(
                "hidden_shown",
                at,
                f"“{matter.fields[field].label}”是须回避的单位，不能承办、办理或接收通知（the case is hidden from {field}）",
            )


def _forms(at: Loc, action: Action) -> Iterator[Leak]:
    for name in sorted(set(action.edits) & set(action.form)):
        yield Leak(
            "name_twice",
            (*at, "form", name),
            f"“{name}”同时在 form 和 edits 中，提交时无法区分（{name} stands in form and in edits）",
        )
    for name in sorted(action.gathers.keys() & {*action.edits, *action.sets}):
        yield Leak(
            "name_twice",
            (*at, "gathers", name),
            f"“{name}”既汇总又填写，填写的会被覆盖（{name} is gathered and written as well）",
        )


def _fills(at: Loc, matter: Matter, action: Action) -> Iterator[Leak]:
    """What a choice proposes goes into a text field of the same form, and is no longer than that takes."""
    texts = {n: matter.fields[n] for n in action.edits if n in matter.fields} | action.form
    for name, field in action.form.items():
        for value, choice in field.choices.items():
            for target, text in choice.fills.items():
                into = texts.get(target)
                where = (*at, "form", name, "choices", value, "fills", target)
                if into is None or into.type not in ("text", "longtext"):
                    yield Leak(
                        "fills_nothing",
                        where,
                        f"“{target}”不是这张表单的文字字段（{target} is no text field of this form）",
                    )
                elif into.max and len(text) > into.max:
                    yield Leak(
                        "fills_too_much",
                        where,
                        f"带出的文字超过“{into.label}”的 {into.max} 字（longer than {target} takes）",
                    )


def _grants(at: Loc, action: Action) -> Iterator[Leak]:
    for index, grant in enumerate(action.by):
        if grant.party and grant.party in action.not_by:
            yield Leak(
                "granted_and_barred",
                (*at, "by", index),
                f"“{grant}”既被授权又被 not_by 排除，无人能办（{grant} is granted and barred at once）",
            )


def _extension(matter: Matter, at: Loc, action: Action) -> Iterator[Leak]:
    if action.extends and any(matter.clocks[key].every for key in action.extends.clock):
        yield Leak(
            "period_extended",
            (*at, "extends", "clock"),
            "定期报送的时限不能延期（a periodic clock cannot be extended）",
        )


def _other_hand(matter: Matter, at: Loc, action: Action) -> Iterator[Leak]:
    """Whoever took the earlier action must not be the only one: some role may take this one and not that one."""
    for index, name in enumerate(action.other_than):
        earlier = matter.actions[name]
        roles = {grant.role for grant in action.by} - {SYSTEM}
        if not roles - {grant.role for grant in earlier.by}:
            yield Leak(
                "nobody_else",
                (*at, "other_than", index),
                f"能办“{action.label}”的角色都能办“{earlier.label}”，可能无人可办（every role that may take it may be barred）",
            )


def placed_handoffs(name: str, action: Action) -> Iterator[tuple[Loc, Handoff]]:
    """An action's handoffs with where each stands; a single one may stand without a list."""
    at: Loc = ("actions", name, "opens")
    alone = len(action.opens) == 1
    for index, handoff in enumerate(action.opens):
        yield (at if alone else (*at, index)), handoff


def _items(matter: Matter, name: str, action: Action) -> Iterator[Leak]:
    """What a handoff repeats over is a list, and only a list of units gives a unit."""
    for at, opens in placed_handoffs(name, action):
        if not opens.for_each:
            if opens.item:
                yield Leak(
                    "not_a_list",
                    (*at, "item"),
                    "没有 for_each 就没有逐个的单位，不能用 item（item without a list）",
                )
            continue
        items = {**matter.fields, **action.form}[opens.for_each]
        if items.type not in ("units", "rows"):
            yield Leak(
                "not_a_list",
                (*at, "for_each"),
                f"“{items.label}”不是多单位或多行字段（{opens.for_each} is no list）",
            )
        elif opens.item and items.type != "units":
            yield Leak(
                "not_a_list",
                (*at, "item"),
                f"“{items.label}”不是多单位字段，不能用 item（{opens.for_each} is no list of units）",
            )


def _twice(name: str, action: Action) -> Iterator[Leak]:
    """The same list handed to the same matter twice: a unit that has an open case gets no second."""
    seen: set[tuple[str, str, str]] = set()
    for at, opens in placed_handoffs(name, action):
        what = (opens.matter, opens.for_each, opens.item)
        if opens.item and what in seen:
            yield Leak(
                "handoff_twice",
                (*at, "for_each"),
                f"“{opens.for_each}”已向同一事项转办过，不会再次转办（the same list is handed on twice）",
            )
        seen.add(what)


def _system_forms(matter: Matter, name: str, action: Action) -> Iterator[Leak]:
    """The product fills in no form: what it takes cannot ask for anything."""
    late = {clock.missed for clock in matter.clocks.values()}
    if action.is_system or name in matter.joins or name in late:
        for key, field in action.form.items():
            if field.required:
                yield Leak(
                    "system_form",
                    ("actions", name, "form", key),
                    f"系统办理时不填表，“{field.label}”不能必填（the system fills in no form）",
                )


def _then(matter: Matter, at: Loc, action: Action, matters: Mapping[str, Matter]) -> Iterator[Leak]:
    """`then` must name an action of a matter that opens this one, and the system must be allowed to take it."""
    if not action.then:
        return
    parents = [
        other
        for other in matters.values()
        if any(h.matter == matter.key for a in other.actions.values() for h in a.opens)
    ]
    found = [other.actions[action.then] for other in parents if action.then in other.actions]
    if not found:
        yield Leak(
            "then_unknown",
            (*at, "then"),
            f"转办本事项的事项中没有动作 {action.then}（no matter that opens this one has an action {action.then}）",
        )
    for taken in found:
        if all(grant.role != SYSTEM for grant in taken.by):
            yield Leak(
                "then_not_system",
                (*at, "then"),
                f"上级事项的“{taken.label}”没有授权 system，不会自动办理（{action.then} is not granted to system）",
            )
