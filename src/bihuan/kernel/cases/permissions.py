"""Who may see and do what: role, unit subtree, and who must keep away (回避). Decides; writes nothing."""

from collections.abc import Mapping

from bihuan.kernel.errors import N_, NotAllowed, Refusal
from bihuan.kernel.matters.definition import Action, Grant, Matter
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.orgs.acting import Acting

Paths = Mapping[str, str]  # unit code → path


def party_codes(data: Mapping[str, Json], field: str) -> tuple[str, ...]:
    """Unit codes in a unit or units field of a case."""
    value = data.get(field)
    if isinstance(value, list):
        return tuple(str(code) for code in value)
    return (str(value),) if value else ()


def all_parties(matter: Matter, data: Mapping[str, Json]) -> tuple[str, ...]:
    """Every unit code that a case's data names in a unit field."""
    return tuple(code for name in matter.unit_fields for code in party_codes(data, name))


def is_granted(grant: Grant, actor: Acting, data: Mapping[str, Json], paths: Paths) -> bool:
    """True where the actor's post has the role, in the party's unit or below it."""
    if grant.role not in actor.roles:
        return False
    if not grant.party:
        return True
    return any(
        code in paths and actor.path.startswith(paths[code])
        for code in party_codes(data, grant.party)
    )


def must_keep_away(action: Action, actor: Acting, data: Mapping[str, Json], paths: Paths) -> bool:
    """True where the person holds any post in a unit that may not take the action."""
    barred = [paths[c] for f in action.not_by for c in party_codes(data, f) if c in paths]
    return any(place.startswith(path) for path in barred for place in actor.elsewhere)


def may_act(action: Action, actor: Acting, data: Mapping[str, Json], paths: Paths) -> bool:
    """Flow permission alone: granted by one role, and not barred."""
    granted = any(is_granted(grant, actor, data, paths) for grant in action.by)
    return granted and not must_keep_away(action, actor, data, paths)


def require_may_act(
    matter: Matter, action: Action, actor: Acting, data: Mapping[str, Json], paths: Paths
) -> None:
    """Raise NotAllowed with the reason and what can be done instead."""
    if must_keep_away(action, actor, data, paths):
        raise NotAllowed(
            "not_by",
            N_("“%(action)s”须由承办单位以外的人办理，您在承办单位任职，应当回避。"),
            remedy=N_("请由督查机构中不在承办单位任职的人员办理。"),
            basis=matter.basis,
            params={"action": action.label},
        )
    if not may_act(action, actor, data, paths):
        raise NotAllowed(
            "role",
            N_("您当前的岗位（%(post)s）不能办理“%(action)s”。"),
            remedy=N_("可办理的角色：%(roles)s。"),
            params={
                "post": actor.post_name or actor.name,
                "action": action.label,
                "roles": "、".join(str(grant) for grant in action.by),
            },
        )


def require_verifier(matter: Matter, data: Mapping[str, Json], paths: Paths) -> None:
    """Raise a Refusal where nobody could take an action that bars the units that do the work.

    The flow is proved for parties that differ; that they do is a matter of each case's data.
    """
    _require_apart(matter, data, paths)
    for action in matter.actions.values():
        if not action.not_by or not all(grant.party for grant in action.by):
            continue
        barred = [paths[c] for f in action.not_by for c in party_codes(data, f) if c in paths]
        seats = [paths.get(c, "") for g in action.by for c in party_codes(data, g.party)]
        if seats and all(any(seat.startswith(path) for path in barred) for seat in seats):
            raise Refusal(
                "no_verifier",
                N_("“%(action)s”须由承办单位以外的单位办理，而填写的是同一家单位。"),
                remedy=N_("请把承办（牵头、配合）单位和核查、验收单位填成不同的单位。"),
                params={"action": action.label},
            )


def _require_apart(matter: Matter, data: Mapping[str, Json], paths: Paths) -> None:
    """Raise a Refusal where a unit that the case is hidden from, or one below it, would take part."""
    hidden = [paths[c] for f in matter.hides_from for c in party_codes(data, f) if c in paths]
    if not hidden:
        return
    for name in matter.desk_fields:
        for code in party_codes(data, name):
            if any(paths.get(code, "").startswith(path) for path in hidden):
                against = "、".join(matter.fields[field].label for field in matter.hides_from)
                raise Refusal(
                    "hidden_takes_part",
                    N_("“%(against)s”及其下属单位不能作为“%(party)s”。"),
                    remedy=N_("请改由与此无关的上级或监督单位办理。"),
                    basis=matter.basis,
                    params={"against": against, "party": matter.fields[name].label},
                )
