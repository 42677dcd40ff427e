"""What Open311 shows of demands: services, and requests with public fields only. Coarse places, no personal data. Reads only."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext

from bihuan.api.open311_forms import Item, Value
from bihuan.hotline.intake import MATTER
from bihuan.hotline.service_codes import OPEN_IDENTITY, categories_now, category_of
from bihuan.hotline.steps import STATES
from bihuan.hotline.words.personal import mask
from bihuan.kernel.cases.city import city, matter_now, work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.kernel.matters.definition import Matter
from bihuan.kernel.matters.fields import FieldDefinition

COARSE = 2  # decimals of a degree: about a kilometre
FURTHER = ("identity", "place", "wish")  # what a client may tell beside the standard's arguments
DATATYPES = {"choice": "singlevaluelist", "region": "singlevaluelist", "longtext": "text"}


def services() -> Iterator[Item]:
    """The kinds of demand, and the city's categories in their divisions, as services."""
    for code, choice in matter().fields["kind"].choices.items():
        yield _service(code, choice.label, choice.label_en, matter().label, ())
    for division in categories_now().divisions:
        for category in division.children:
            words = category.words
            yield _service(category.code, category.name, category.name_en, division.name, words)


def _service(code: str, name: str, name_en: str, group: str, words: Sequence[str]) -> Item:
    return {
        "service_code": code,
        "service_name": name,
        "description": name_en or None,
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(("12345", name, *words)),
        "group": group,
    }


def service_names() -> dict[str, str]:
    """Service code → name."""
    categories = categories_now().by_code
    return kind_names() | {code: category.name for code, category in categories.items()}


def kind_names() -> dict[str, str]:
    """The services that are kinds of demand: code → name."""
    return {code: choice.label for code, choice in matter().fields["kind"].choices.items()}


def definition(code: str) -> Item:
    """What a service asks for beside the standard's own arguments: fields of the demand's own form."""
    names = FURTHER if code in kind_names() else ("kind", *FURTHER)
    return {
        "service_code": code,
        "attributes": [_attribute(order, name) for order, name in enumerate(names, 1)],
    }


def _attribute(order: int, name: str) -> Item:
    field = matter().fields[name]
    made: dict[str, Value] = {
        "variable": True,
        "code": name,
        "datatype": DATATYPES[field.type],
        "required": False,
        "datatype_description": field.help or None,
        "order": order,
        "description": field.label,
    }
    if values := _values(field):
        made["values"] = values
    return made


def _values(field: FieldDefinition) -> list[Item]:
    if field.type == "region":
        below = [region for region in city().regions.values() if region.parent]
        return [{"key": region.code, "name": region.name} for region in below]
    return [{"key": key, "name": choice.label} for key, choice in field.choices.items()]


def request_of(case: Case) -> Item:
    """A demand as the public may read it."""
    code, name = category_of(case)
    if not code:
        code = str(case.data.get("kind") or "")
        name = kind_names().get(code, "")
    return {
        "service_request_id": case.number,
        "status": "closed" if case.end else "open",
        "status_notes": gettext(STATES[case.state]) if case.state in STATES else None,
        "service_name": name or None,
        "service_code": code,
        "description": _text(case),
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": stamp(case.opened_at),
        "updated_datetime": stamp(case.moved_at),
        "expected_datetime": stamp(case.next_due_at) if case.next_due_at and not case.end else None,
        "address": _place(case),
        "address_id": None,
        "zipcode": None,
        "lat": _coarse(case, "lat"),
        "long": _coarse(case, "lon"),
        "media_url": None,
    }


def stamp(instant: datetime) -> str:
    """An instant as W3C writes it, in the city's zone, without fractions."""
    return work_calendar().local(instant).replace(microsecond=0).isoformat()


def _public(case: Case, name: str) -> str:
    """A field's value where the matter makes it public and the caller did not ask for silence."""
    if name not in matter().public or case.data.get("identity") != OPEN_IDENTITY:
        return ""
    return str(case.data.get(name) or "")


def _text(case: Case) -> Value:
    return mask(_public(case, "title")) or None


def _place(case: Case) -> Value:
    region = city().regions.get(_public(case, "place"))
    return region.name if region else None


def _coarse(case: Case, name: str) -> Value:
    value = _public(case, name)
    return round(float(value), COARSE) if value else None


def matter() -> Matter:
    """The demand's matter as it is today."""
    return matter_now(MATTER)[0]
