"""The operator's one form (话务登记): the demand, and each next step that can be taken with it. Sends nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from bihuan.hotline.console import DEMAND, KEPT_BY_DISPATCH, STEPS
from bihuan.hotline.offered import doors
from bihuan.kernel.cases.city import matter_now
from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.fields import Choice, FieldDefinition
from bihuan.web.deeds import deed_fields
from bihuan.web.filling import Ask, Form
from bihuan.web.inputs import Input
from bihuan.web.templatetags.shown import helped, label

PREFIX = "call"
CALLER = ("caller_phone", "caller_name", "identity", "channel")
TOLD = ("title", "kind", "urgency", "pace", "content", "place", "address")
MORE = ("wish", "category", "caller_mail", "caller_home", "files")
USUAL = {"channel": "phone", "pace": "general", "urgency": "normal", "identity": "open"}
KEYS = {"dispatch": "KeyP", "answer_now": "KeyA", "decline": "KeyN", "link": "KeyJ"}  # with Alt


@dataclass(frozen=True)
class Step:
    """A next step as the form offers it; `is_open` where it came back with something to mend."""

    name: str
    label: str
    help: str
    code: str
    inputs: tuple[Input, ...]
    is_open: bool

    @property
    def letter(self) -> str:
        """The letter of its shortcut."""
        return self.code[-1]


def demand() -> Matter:
    """The matter as it is in force."""
    matter, _ = matter_now(DEMAND)
    return matter


def opening_fields(matter: Matter) -> dict[str, FieldDefinition]:
    """What is asked to open a demand, in the order in which a call goes."""
    fields = {name: matter.fields[name] for name in (*CALLER, *TOLD, *MORE)}
    more = {d.kind: Choice(label=d.label, label_en=d.label_en) for d in doors().values()}
    kind = fields["kind"].model_copy(update={"choices": fields["kind"].choices | more})
    return fields | {"kind": kind}


def step_fields(matter: Matter, step: str) -> dict[str, FieldDefinition]:
    """What a next step asks beside the demand itself."""
    asked = deed_fields(matter, matter.actions[step])
    return {n: _optional(f) for n, f in asked.items() if n not in KEPT_BY_DISPATCH}


def ask_all(matter: Matter) -> Ask:
    """The whole form. Only what opening needs is marked as needed: a step's own fields count when it is taken."""
    fields = opening_fields(matter)
    for step in STEPS:
        fields |= step_fields(matter, step)
    return Ask(reverse("hotline_console"), gettext("登记"), PREFIX, fields)


def laid_out(form: Form, matter: Matter, step: str) -> dict[str, object]:
    """The form's inputs where the page has them; `step` is the one that came back."""
    inputs = {one.name: one for one in form.inputs}
    return {
        "caller_inputs": _named(inputs, CALLER),
        "told_inputs": _named(inputs, TOLD),
        "more_inputs": _named(inputs, MORE),
        "steps": [_step(matter, name, inputs, step) for name in STEPS],
    }


def _step(matter: Matter, name: str, inputs: Mapping[str, Input], chosen: str) -> Step:
    action: Action = matter.actions[name]
    own = _named(inputs, tuple(step_fields(matter, name)))
    return Step(name, label(action), helped(action), KEYS[name], own, name == chosen)


def _named(inputs: Mapping[str, Input], names: Sequence[str]) -> tuple[Input, ...]:
    return tuple(inputs[name] for name in names)


def _optional(field: FieldDefinition) -> FieldDefinition:
    return field.model_copy(update={"required": False})
