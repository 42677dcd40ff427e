"""A matter as other systems read it: its forms as JSON Schema, its states and actions. Pure; asks no database."""

from collections.abc import Callable, Mapping

from bihuan.kernel.matters.definition import Action, Matter
from bihuan.kernel.matters.fields import FieldDefinition

DRAFT = "https://json-schema.org/draft/2020-12/schema"
LONGEST_TEXT = 4000  # where the field sets no limit of its own
CODE = {"type": "string", "pattern": r"^[A-Za-z0-9_.\-]{1,64}$"}
Schema = dict[str, object]


def described(matter: Matter) -> Schema:
    """The matter's current version: the form that opens a case, and each action with its form."""
    optional = {matter.opener} if matter.opener else set()
    return {
        "key": matter.key,
        "version": matter.version,
        "label": matter.label,
        "label_en": matter.label_en,
        "basis": matter.basis,
        "form": form_schema(matter.fields, matter.label, optional),
        "initial": matter.initial,
        "states": {
            name: {"label": state.label, "label_en": state.label_en, "end": state.end}
            for name, state in matter.states.items()
        },
        "actions": {name: _action(matter, action) for name, action in matter.actions.items()},
    }


def listed(matter: Matter) -> Schema:
    """One line of the list of matters."""
    return {
        "key": matter.key,
        "version": matter.version,
        "label": matter.label,
        "label_en": matter.label_en,
    }


def form_schema(
    fields: Mapping[str, FieldDefinition], title: str, optional: set[str] | frozenset[str]
) -> Schema:
    """A form as JSON Schema; `optional` names required fields that the engine fills in itself."""
    return {
        "$schema": DRAFT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": [n for n, f in fields.items() if f.required and n not in optional],
        "properties": {name: field_schema(field) for name, field in fields.items()},
    }


def field_schema(field: FieldDefinition) -> Schema:
    """One field; the words people see travel along as title and description."""
    named: Schema = {"title": field.label}
    if field.help:
        named["description"] = field.help
    return {**named, **_SHAPES[field.type](field)}


def _action(matter: Matter, action: Action) -> Schema:
    edits = {n: matter.fields[n].model_copy(update={"required": False}) for n in action.edits}
    return {
        "label": action.label,
        "label_en": action.label_en,
        "from": list(action.sources),
        "to": action.to,
        "by": [str(grant) for grant in action.by],
        "not_by": list(action.not_by),
        "form": form_schema(edits | dict(action.form), action.label, frozenset()),
    }


def _text(field: FieldDefinition) -> Schema:
    return {"type": "string", "maxLength": field.max or LONGEST_TEXT}


def _bounds(field: FieldDefinition) -> Schema:
    found = {"minimum": field.min, "maximum": field.max}
    return {name: bound for name, bound in found.items() if bound is not None}


def _integer(field: FieldDefinition) -> Schema:
    return {"type": "integer"} | _bounds(field)


def _number(field: FieldDefinition) -> Schema:
    return {"type": ["string", "number"], "format": "decimal"} | _bounds(field)


def _choice(field: FieldDefinition) -> Schema:
    return {
        "enum": list(field.choices),
        "x-labels": {name: choice.label for name, choice in field.choices.items()},
    }


def _listed(items: Schema, field: FieldDefinition) -> Schema:
    most: Schema = {"maxItems": field.max} if field.max is not None else {}
    return {"type": "array", "items": items, **most}


def _rows(field: FieldDefinition) -> Schema:
    row = form_schema(field.fields, field.label, frozenset())
    return _listed({n: v for n, v in row.items() if n != "$schema"}, field)


def _files(field: FieldDefinition) -> Schema:
    return {
        "type": "array",
        "readOnly": True,
        "x-accept": list(field.accept),
        "x-max-megabytes": field.max_megabytes,
    }


_SHAPES: dict[str, Callable[[FieldDefinition], Schema]] = {
    "text": _text,
    "longtext": _text,
    "integer": _integer,
    "number": _number,
    "date": lambda _: {"type": "string", "format": "date"},
    "boolean": lambda _: {"type": "boolean"},
    "choice": _choice,
    "unit": lambda _: dict(CODE),
    "post": lambda _: dict(CODE),
    "region": lambda _: dict(CODE),
    "units": lambda field: _listed(dict(CODE), field),
    "rows": _rows,
    "files": _files,
}
