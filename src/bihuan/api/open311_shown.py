"""What Open311 shows of demands: services, and requests with public fields only. Coarse places, no personal data. Reads only."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext

from bihuan.api.open311_forms import Item, Value
from bihuan.hotline.intake import MATTER
from bihuan.hotline.steps import STATES
from bihuan.hotline.words.personal import mask
from bihuan.kernel.cases.city import city, matter_now, work_calendar
from bihuan.kernel.cases.models import Case
from bihuan.kernel.matters.definition import Matter

COARSE = 2  # decimals of a degree: about a kilometre
OPEN_IDENTITY = "open"


def services() -> Iterator[Item]:
    """The kinds of demand as services."""
    for code, choice in matter().fields["kind"].choices.items():
        yield {
            "service_code": code,
            "service_name": choice.label,
            "description": choice.label_en or None,
            "metadata": True,
            "type": "realtime",
            "keywords": f"12345,{choice.label}",
            "group": matter().label,
        }


def service_names() -> dict[str, str]:
    """Service code → name."""
    return {code: choice.label for code, choice in matter().fields["kind"].choices.items()}


def definition(code: str) -> Item:
    """What a service asks for beside the standard's own arguments."""
    identity = matter().fields["identity"].choices
    regions = [region for region in city().regions.values() if region.parent]
    ways: list[Item] = [{"key": key, "name": choice.label} for key, choice in identity.items()]
    places: list[Item] = [{"key": region.code, "name": region.name} for region in regions]
    return {
        "service_code": code,
        "attributes": [
            _attribute(1, "identity", matter().fields["identity"].label, ways),
            _attribute(2, "place", matter().fields["place"].label, places),
        ],
    }


def _attribute(order: int, code: str, description: str, values: list[Item]) -> Item:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": None,
        "order": order,
        "description": description,
        "values": [dict(value) for value in values],
    }


def request_of(case: Case) -> Item:
    """A demand as the public may read it."""
    kind = str(case.data.get("kind") or "")
    return {
        "service_request_id": case.number,
        "status": "closed" if case.end else "open",
        "status_notes": gettext(STATES[case.state]) if case.state in STATES else None,
        "service_name": service_names().get(kind),
        "service_code": kind,
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
