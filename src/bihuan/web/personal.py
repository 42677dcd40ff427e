"""Personal data on pages (个人信息): masks in place of references, what may be looked at, what may be erased. Opens nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.models import Case
from bihuan.kernel.cases.personal import may
from bihuan.kernel.errors import N_
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import FieldDefinition, Json
from bihuan.kernel.matters.personal import ERASE, LOOK, is_private, is_reference
from bihuan.kernel.orgs.acting import Acting
from bihuan.kernel.privacy.masks import UNSAID
from bihuan.kernel.privacy.store import ERASED, living_fields, masks_of
from bihuan.web.templatetags.shown import in_chinese, label

MASK = "mask"
KINDS = (
    ("phone", N_("电话")),
    ("id_number", N_("身份证号")),
    ("name", N_("姓名")),
    ("address", N_("住址")),
)


def _own(label: str, label_en: str) -> FieldDefinition:
    return FieldDefinition(type="text", label=label, label_en=label_en)


OWN_FORMS: Mapping[str, Mapping[str, FieldDefinition]] = {
    LOOK: {"field": _own("查看了", "Looked at"), "reason": _own("理由", "Reason")},
    ERASE: {
        "fields": _own("删除了", "Erased"),
        "ground": _own("依据", "Ground"),
        "basis": _own("法律", "Law"),
    },
}


@dataclass(frozen=True)
class Personal:
    """What the page of a case shows of its personal data, and what the person may do with it."""

    masks: Mapping[str, str]
    may_reveal: bool = False
    erasable: tuple[tuple[str, str], ...] = ()  # field, its label


def personal_of(case: Case, matter: Matter, actings: Sequence[Acting]) -> Personal:
    """Asks the database only where the matter holds anything personal."""
    if not is_private(matter):
        return Personal({})
    erasable = living_fields(case.number) if may(matter.erases, case, actings) else []
    return Personal(
        masks_of(case.number),
        may(matter.reveals, case, actings) is not None,
        tuple((name, field_label(matter, name)) for name in erasable),
    )


def with_masks(values: Mapping[str, Json], masks: Mapping[str, str]) -> dict[str, Json]:
    """The values, each reference with its mask beside it."""
    return {
        name: {**v, MASK: masks.get(str(v["sealed"]), UNSAID)} if is_reference(v) else v
        for name, v in values.items()
    }


def mask_said(value: Mapping[str, Json]) -> str:
    """A reference in words: its mask, or that it was erased."""
    said = str(value.get(MASK, UNSAID))
    return gettext(ERASED) if said == ERASED else said


def id_of(value: Json) -> str:
    """The id of a value that can still be looked at; empty for everything else."""
    return str(value["sealed"]) if is_reference(value) and value.get(MASK) != ERASED else ""


def noted(case: Case, fields: Mapping[str, FieldDefinition]) -> dict[str, FieldDefinition]:
    """Fields of a form; one that holds a personal value already says its mask and that blank leaves it as it is."""
    held = {n for n, f in fields.items() if f.personal and is_reference(case.data.get(n))}
    if not held:
        return dict(fields)
    shown = with_masks({n: case.data[n] for n in held}, masks_of(case.number))
    return {name: _noted(f, shown[name]) if name in held else f for name, f in fields.items()}


def _noted(field: FieldDefinition, value: Json) -> FieldDefinition:
    mask = mask_said(value) if is_reference(value) else UNSAID
    note = gettext("现为 %(mask)s；留空则不改。") % {"mask": mask}
    return field.model_copy(update={"help": note, "help_en": note, "required": False})


def own_values(matter: Matter, given: Mapping[str, Json]) -> dict[str, Json]:
    """What a look or an erasure recorded, with labels in place of names of fields."""
    joint = "、" if in_chinese() else ", "
    names = given.get("fields")
    labels = [field_label(matter, str(n)) for n in names] if isinstance(names, list) else []
    field = field_label(matter, str(given.get("field", "")))
    return {**given, "field": field, "fields": joint.join(labels)}


def field_label(matter: Matter, name: str) -> str:
    """The label of a field of the case or of one of its actions."""
    forms = (matter.fields, *(action.form for action in matter.actions.values()))
    return next((label(form[name]) for form in forms if name in form), name)


def may_find(actings: Sequence[Acting]) -> bool:
    """True where one of the posts has a role that may look at personal data of some matter."""
    named = {grant.role for matter in city().matters.values() for grant in matter.reveals}
    return any(acting.roles & named for acting in actings)
