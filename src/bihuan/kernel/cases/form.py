"""Reading what comes in through the door against a matter's fields. Raises FormRefusal; writes nothing."""

from collections.abc import Mapping

from bihuan.kernel.errors import N_, FieldProblem, FormRefusal, Refusal
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.fields import FieldDefinition, Json, is_empty, parse_form
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.orgs.directory import Directory


def read_opening(matter: Matter, raw: Mapping[str, object], actor: Acting) -> dict[str, Json]:
    """Parse the form that opens a case; the opener's unit goes in where none is given."""
    given = dict(raw)
    if matter.opener and is_empty(given.get(matter.opener)) and actor.unit:
        given[matter.opener] = actor.unit
    plain = {n: f for n, f in matter.fields.items() if f.type != "files"}
    values, problems = parse_form(plain, given)
    if problems:
        raise FormRefusal(problems)
    return values


def read_form(
    matter: Matter, action: Action, raw: Mapping[str, object], stored: Mapping[str, Json]
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Parse an action's input; returns (fields of the case to write, fields kept in the event).

    Fields of type files come from `stored` alone: a digest typed into a form is refused.
    """
    editable = {n: matter.fields[n].model_copy(update={"required": False}) for n in action.edits}
    typed = {n: f for n, f in action.form.items() if f.type != "files"}
    edits, wrong = parse_form(
        {n: f for n, f in editable.items() if f.type != "files"},
        {n: v for n, v in raw.items() if n in editable},
        partial=True,
    )
    given, bad = parse_form(typed, {n: v for n, v in raw.items() if n not in editable})
    missing = [
        FieldProblem(n, N_("请上传文件"))
        for n, f in action.form.items()
        if f.type == "files" and f.required and not stored.get(n)
    ]
    if problems := (*wrong, *bad, *missing):
        raise FormRefusal(tuple(problems))
    edits |= {n: v for n, v in stored.items() if n in editable}
    given |= {n: v for n, v in stored.items() if n in action.form}
    return edits, given


def require_filled(matter: Matter, data: Mapping[str, Json], names: tuple[str, ...]) -> None:
    """Raise a Refusal that names every field that must be filled and is not, by its fixed thing (五定)."""
    empty = [name for name in names if is_empty(data.get(name))]
    if not empty:
        return
    groups = dict.fromkeys(matter.fields[n].fixed for n in empty if matter.fields[n].fixed)
    labels = "、".join(matter.fields[name].label for name in empty)
    if groups:
        raise FormRefusalWith(
            "five_fixed",
            N_("五定未齐：%(groups)s 还没有落实，缺 %(labels)s。"),
            tuple(FieldProblem(name, N_("必填")) for name in empty),
            {"groups": "、".join(groups), "labels": labels},
        )
    raise FormRefusalWith(
        "incomplete",
        N_("还缺：%(labels)s。"),
        tuple(FieldProblem(name, N_("必填")) for name in empty),
        {"labels": labels},
    )


class FormRefusalWith(FormRefusal):
    """A form refusal that says in its own words what is missing."""

    def __init__(
        self,
        code: str,
        message: str,
        problems: tuple[FieldProblem, ...],
        params: Mapping[str, object],
    ) -> None:
        Refusal.__init__(self, code, message, remedy=N_("请补齐后再提交。"), params=params)
        self.problems = problems


def check_references(
    fields: Mapping[str, FieldDefinition], values: Mapping[str, Json], units: Directory
) -> None:
    """Refuse codes of units and posts that do not exist or are no longer active."""
    strangers: list[str] = []
    for name, value in values.items():
        kind = fields[name].type if name in fields else ""
        known = {"unit": units.paths, "units": units.paths, "post": units.posts}.get(kind)
        if known is not None:
            codes = value if isinstance(value, list) else [value]
            strangers += [name for code in codes if code and code not in known]
    if strangers:
        raise FormRefusal(
            tuple(FieldProblem(n, N_("没有这个单位或岗位，或已撤并")) for n in strangers)
        )
