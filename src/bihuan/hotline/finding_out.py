"""What the intake finds out by itself (受理时研判): who may handle a demand, what it repeats. Writes nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bihuan.hotline.routing import Route, suggest
from bihuan.hotline.words.writing import plain
from bihuan.kernel.cases.city import city
from bihuan.kernel.cases.statement import run
from bihuan.kernel.matters.fields import Json
from bihuan.kernel.privacy.sealing import lookup_of

Values = Mapping[str, object]

# The same caller's open demands, the oldest first: by the keyed digest of the telephone, which is never read itself.
EARLIER = (
    "SELECT c.number, c.data ->> 'kind', c.data ->> 'place', c.data ->> 'address',"
    " coalesce(c.data ->> 'category', c.data #>> '{suggested,0,category}') "
    "FROM privacy_personalvalue p JOIN cases_case c ON c.number = p.stream "
    "WHERE p.lookup = %s AND NOT (p.lookup = '') AND p.kind = 'phone' AND c.matter = %s AND c.end = '' AND c.opened_at >= %s "
    "AND c.data ->> 'repeats' IS NULL ORDER BY c.id LIMIT 20"
)


def found_out(matter: str, values: Values, now: datetime) -> dict[str, object]:
    """The fields of a demand that nobody tells: suggested units, the caller's open demand that it repeats."""
    title, content, place = (str(values.get(n, "")) for n in ("title", "content", "place"))
    routes = suggest(title, content, place)
    found: dict[str, object] = {}
    if routes:
        found["suggested"] = [_row(route) for route in routes]
    category = str(values.get("category") or (routes[0].category if routes else ""))
    if repeated := _repeated(matter, values, category, now):
        found["repeats"] = repeated
    return found


def _row(route: Route) -> dict[str, Json]:
    return {
        "unit": route.unit,
        "category": route.category,
        "percent": round(route.confidence * 100),
    }


def _repeated(matter: str, values: Values, category: str, now: datetime) -> str:
    """The number of the same caller's open demand of the same place and class, of the last days; empty for none."""
    phone = str(values.get("caller_phone", ""))
    if not phone:
        return ""
    since = now - timedelta(days=int(city().parameters.number("hotline.repeat_days", now)))
    own = (values.get("place"), values.get("address"))
    asked = [lookup_of("phone", phone), matter, since]
    for number, kind, place, address, theirs in run(EARLIER, asked):
        same = category == theirs if category and theirs else kind == values.get("kind")
        if same and _same_place(own, (place, address)):
            return str(number)
    return ""


def _same_place(one: tuple[object, object], other: tuple[object, object]) -> bool:
    """The same address where both say one, else the same division; neither said anywhere is the same nowhere."""
    if one[1] and other[1]:
        return plain(str(one[1])) == plain(str(other[1]))
    return (one[0] or "") == (other[0] or "")
